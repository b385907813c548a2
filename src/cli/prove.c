/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "cli.h"
#include "prove.h"
#include "scratch.h"
#include "where.h"

#define BLOCK  (256u << 10)
#define SECTOR 512u

/* ---- two files ---- */

static int read_block(int fd, char *data, size_t *len, uint64_t off,
		      struct ig_err *err)
{
	uint64_t size;

	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	*len = size <= off ? 0 : size - off < BLOCK ? size - off : BLOCK;
	return ig_pread_all(fd, data, *len, off, err);
}

/* Compare two files from *@at on, which becomes the first byte that differs,
 * or the shorter one's end. Needs the same little memory for every size. */
static int same_from(bool *same, uint64_t *at, int a, int b, struct ig_err *err)
{
	ig_autofree char *x = malloc(BLOCK);
	ig_autofree char *y = malloc(BLOCK);
	size_t n, m;

	if (!x || !y)
		return ig_fail_mem(err);
	for (;; *at += n) {
		size_t least, i = 0;

		if (ig_cancelled())
			return ig_fail_cancel(err);
		if (read_block(a, x, &n, *at, err) < 0 ||
		    read_block(b, y, &m, *at, err) < 0)
			return -1;
		*same = n == m && memcmp(x, y, n) == 0;
		if (*same && n)
			continue;
		least = n < m ? n : m;
		while (!*same && i < least && x[i] == y[i])
			i++;
		*at += i;
		return 0;
	}
}

/* ---- what lies there ---- */

/* Ids and tables follow from the content, and come before it: what is
 * different there says little. So many places are looked at. */
#define PLACES_MAX 256

static void look(struct place *place, const struct cli_proof *proof,
		 const char *path, int fd, uint64_t at)
{
	const char *slash = strrchr(path, '/');
	struct view file = { .fd = fd };
	struct ig_err err = { 0 };

	memset(place, 0, sizeof(*place));
	place->plan = proof->plan;
	place->store = proof->store;
	place->initrd = proof->want & IG_WANT_CPIO;
	if (ig_size_of(&file.size, fd, &err) == 0)
		where_in(place, &file, slash ? slash + 1 : path, at);
}

/* The first difference behind @at that is one of content; false when there is
 * none among the next ones. */
static bool find_content(struct place *place, uint64_t *at,
			 const struct cli_proof *proof, const char *path, int a,
			 int b)
{
	struct ig_err err = { 0 };
	bool same = false;

	for (unsigned i = 0; i < PLACES_MAX; i++) {
		*at = (*at / SECTOR + 1) * SECTOR;
		if (same_from(&same, at, a, b, &err) < 0 || same)
			return false;
		look(place, proof, path, a, *at);
		if (place->content)
			return true;
	}
	return false;
}

static int differ(const struct cli_proof *proof, const char *path, int a, int b,
		  uint64_t at, struct ig_err *err)
{
	ig_autofree struct place *first = calloc(1, sizeof(*first));
	ig_autofree struct place *then = calloc(1, sizeof(*then));
	uint64_t next = at;

	if (!first || !then)
		return ig_fail_mem(err);
	look(first, proof, path, a, at);
	if (!first->len || first->content ||
	    !find_content(then, &next, proof, path, a, b))
		return ig_fail(
			err, IG_EFORMAT,
			"not the same bytes twice: '%s' differs at byte %llu%s",
			path, (unsigned long long)at, first->text);
	return ig_fail(
		err, IG_EFORMAT,
		"not the same bytes twice: '%s' differs at byte %llu%s; content differs first at byte %llu%s",
		path, (unsigned long long)at, first->text,
		(unsigned long long)next, then->text);
}

static int compare(const struct cli_proof *proof, const char *one,
		   const char *two, struct ig_err *err)
{
	ig_autofd int a = open(one, O_RDONLY | O_CLOEXEC);
	ig_autofd int b = open(two, O_RDONLY | O_CLOEXEC);
	uint64_t at = 0;
	bool same = false;

	if (a < 0 || b < 0)
		return ig_fail_sys(err, errno, "open '%s'", a < 0 ? one : two);
	if (same_from(&same, &at, a, b, err) < 0)
		return ig_wrap(err, "%s", one);
	return same ? 0 : differ(proof, one, a, b, at, err);
}

/* ---- the second build ---- */

static char *output_name(const struct cli_proof *proof, const char *dir,
			 struct ig_err *err)
{
	const char *path = proof->output->output;
	const char *slash = strrchr(path, '/');

	return ig_format(err, "%s/%s", dir, slash ? slash + 1 : path);
}

static int build_again(const struct cli_proof *proof, struct ig_outputs *out,
		       const char *dir, struct ig_err *err)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
	struct ig_output_opts output = *proof->output;
	struct ig_made made = { 0, 0 };
	ig_autofree char *parts = ig_format(err, "%s/store", dir);
	ig_autofree char *file = NULL;
	ig_autofree char *to = ig_format(err, "%s/out/%s", dir, output.name);

	if (!parts || !to)
		return -1;
	*strrchr(to, '/') = '\0'; /* a name may have folders */
	if (ig_mkdirs(to, 0700, err) < 0)
		return -1;
	to[strlen(dir) + strlen("/out")] = '\0';
	output.dir = to;
	if (output.output) {
		file = output_name(proof, to, err);
		if (!file)
			return -1;
		output.output = file;
	}
	if (ig_store_beside(&store, proof->store, parts, err) < 0 ||
	    ig_make(proof->plan, store, proof->want, &made, err) < 0)
		return -1;
	return ig_compose(proof->plan, store, &output, out, err);
}

/* One thread where there were many, many where there was one. */
static int other_threads(const struct cli_proof *proof, struct ig_outputs *out,
			 const char *dir, struct ig_err *err)
{
	const char *was = getenv("INGOT_THREADS");
	ig_autofree char *copy = was ? ig_strdup(was, err) : NULL;
	int result;

	if (was && !copy)
		return -1;
	setenv("INGOT_THREADS", ig_threads() > 1 ? "1" : "4", 1);
	result = build_again(proof, out, dir, err);
	if (copy)
		setenv("INGOT_THREADS", copy, 1);
	else
		unsetenv("INGOT_THREADS");
	return result < 0 ? ig_wrap(err, "the second build") : 0;
}

static int compare_all(const struct cli_proof *proof,
		       const struct ig_outputs *two, struct ig_err *err)
{
	const struct ig_outputs *one = proof->first;

	if (one->n != two->n)
		return ig_fail(err, IG_EFORMAT,
			       "not the same twice: %zu files and %zu files",
			       one->n, two->n);
	for (size_t i = 0; i < one->n; i++)
		if (compare(proof, one->v[i].path, two->v[i].path, err) < 0)
			return -1;
	return 0;
}

int cli_prove(const struct cli_proof *proof, struct ig_err *err)
{
	IG_AUTO(ig_outputs_done) struct ig_outputs two = { 0 };
	ig_autofree char *dir =
		scratch_make(ig_store_dir(proof->store), "prove", err);
	int result;

	if (!dir)
		return ig_wrap(err, "--prove");
	result = other_threads(proof, &two, dir, err);
	if (result == 0)
		result = compare_all(proof, &two, err);
	scratch_remove(dir);
	if (result == 0)
		ui_say("the same bytes twice: %zu file%s", two.n,
		       two.n == 1 ? "" : "s");
	return result;
}
