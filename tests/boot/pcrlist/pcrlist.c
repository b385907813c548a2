/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Prints "pcr N HEX" for each PCR of the SHA-256 bank that is asked for. */

#define PCRS "/sys/class/tpm/tpm0/pcr-sha256/"

static int show(const char *number)
{
	char path[64];
	char line[80] = "";
	FILE *file;

	snprintf(path, sizeof(path), PCRS "%.2s", number);
	file = fopen(path, "r");
	if (!file || !fgets(line, sizeof(line), file)) {
		fprintf(stderr, "pcrlist: '%s': %s\n", path, strerror(errno));
		return 1;
	}
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	printf("pcr %s %s\n", number, line);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= show(argv[i]);
	if (!failed)
		puts("pcrlist: done");
	return failed;
}
