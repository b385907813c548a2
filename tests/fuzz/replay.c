/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds each file of the folders and files that are named to the fuzz target
 * once: what libFuzzer found stays tested where there is no libFuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long ran;

/* The target gets a block of just that size, so that ASan sees overruns. */
static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t size;

	if (!file || fstat(fileno(file), &st) < 0) {
		perror(path);
		return -1;
	}
	size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size) {
		fprintf(stderr, "%s: cannot read\n", path);
		fclose(file);
		free(data);
		return -1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	ran++;
	return 0;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int run_folder(const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, visible, alphasort);
	int ret = 0;

	for (int i = 0; i < count; i++) {
		char *full = NULL;

		if (asprintf(&full, "%s/%s", path, entries[i]->d_name) < 0)
			abort();
		if (run_file(full) < 0)
			ret = -1;
		free(full);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

int main(int argc, char **argv)
{
	int ret = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) ? run_folder(argv[i])
					: run_file(argv[i]))
			ret = 1;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("%lu inputs and the empty one\n", ran);
	return ret;
}
