/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

/*
 * The host's apt sources (sources.list(5)), both forms, read for Debian's own
 * archives of one suite: SUITE, SUITE-updates and SUITE-security. Debian's
 * archives have all components, whichever of them the host takes from there.
 */
#define SOURCES_MAX (1u << 20)
#define WORDS_MAX   32
#define SPACE	    " \t\r"

static const char *const keyrings[] = {
	"/usr/share/keyrings/debian-archive-keyring.gpg",
	"/usr/share/keyrings/debian-archive-keyring.pgp",
};

struct words {
	size_t n;
	char *v[WORDS_MAX];
};

static void split(struct words *words, char *text)
{
	char *state = text;
	char *word;

	words->n = 0;
	while (words->n < WORDS_MAX &&
	       (word = strtok_r(NULL, SPACE "\n", &state)))
		words->v[words->n++] = word;
}

static bool has_word(const struct words *words, size_t from, const char *word)
{
	for (size_t i = from; i < words->n; i++) {
		if (strcmp(words->v[i], word) == 0)
			return true;
	}
	return false;
}

/* SUITE, SUITE-updates or SUITE-security */
static bool of_suite(const char *word, const char *suite)
{
	size_t len = strlen(suite);

	return strncmp(word, suite, len) == 0 &&
	       (word[len] == '\0' || strcmp(word + len, "-updates") == 0 ||
		strcmp(word + len, "-security") == 0);
}

/* Others name their suites like Debian's; Debian's archive and its mirrors
 * have "debian" or "debian-security" as a folder, and "main". */
static bool is_debian(const char *uri)
{
	static const char *const folders[] = { "debian", "debian-security" };

	for (const char *p = strchr(uri, '/'); p; p = strchr(p + 1, '/')) {
		size_t len = strcspn(p + 1, "/");

		for (size_t i = 0; i < IG_COUNT(folders); i++) {
			if (strlen(folders[i]) == len &&
			    memcmp(p + 1, folders[i], len) == 0)
				return true;
		}
	}
	return false;
}

static int put_line(struct ig_buf *out, const char *uri, const char *suite,
		    const char *components, struct ig_err *err)
{
	const char *key = NULL;

	for (size_t i = 0; !key && i < IG_COUNT(keyrings); i++) {
		if (access(keyrings[i], R_OK) == 0)
			key = keyrings[i];
	}
	if (!key)
		return ig_fail(
			err, IG_ENOENT,
			"no keys to check Debian's archive with: install the Debian package debian-archive-keyring");
	return ig_buf_printf(out, err, "deb [signed-by=%s] %s %s %s\n", key,
			     uri, suite, components);
}

/* One archive, unless its line is there already. */
static int found(struct ig_buf *out, const char *uri, const char *suite,
		 const char *components, struct ig_err *err)
{
	ig_autofree char *end =
		ig_format(err, " %s %s %s\n", uri, suite, components);

	if (!end)
		return -1;
	if (!is_debian(uri) || (out->data && strstr(out->data, end)))
		return 0;
	return put_line(out, uri, suite, components, err);
}

/* deb [options] URI SUITE COMPONENT… */
static int one_line(struct ig_buf *out, const struct pkg_archive *want,
		    char *line, struct ig_err *err)
{
	struct words words;
	size_t at = 1;

	split(&words, line);
	if (words.n < 4 || strcmp(words.v[0], "deb") != 0)
		return 0;
	if (words.v[1][0] == '[') {
		while (at < words.n && !ig_ends(words.v[at], "]"))
			at++;
		at++;
	}
	if (at + 2 >= words.n || !of_suite(words.v[at + 1], want->suite) ||
	    !has_word(&words, at + 2, "main"))
		return 0;
	return found(out, words.v[at], words.v[at + 1], want->components, err);
}

static int list_file(struct ig_buf *out, const struct pkg_archive *want,
		     char *text, struct ig_err *err)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		line[strcspn(line, "#")] = '\0';
		if (one_line(out, want, line, err) < 0)
			return -1;
	}
	return 0;
}

/* A stanza of a .sources file (deb822). */
struct stanza {
	bool off;
	struct words types, uris, suites, components;
};

static int end_stanza(struct ig_buf *out, const struct pkg_archive *want,
		      struct stanza *stanza, struct ig_err *err)
{
	const struct stanza done = *stanza;

	memset(stanza, 0, sizeof(*stanza));
	if (done.off || !has_word(&done.types, 0, "deb") ||
	    !has_word(&done.components, 0, "main"))
		return 0;
	for (size_t s = 0; s < done.suites.n; s++) {
		if (!of_suite(done.suites.v[s], want->suite))
			continue;
		for (size_t u = 0; u < done.uris.n; u++) {
			if (found(out, done.uris.v[u], done.suites.v[s],
				  want->components, err) < 0)
				return -1;
		}
	}
	return 0;
}

static void field(struct stanza *stanza, char *line)
{
	const struct {
		const char *name;
		struct words *words;
	} fields[] = { { "Types", &stanza->types },
		       { "URIs", &stanza->uris },
		       { "Suites", &stanza->suites },
		       { "Components", &stanza->components } };
	char *colon = strchr(line, ':');

	if (!colon)
		return;
	*colon = '\0';
	for (size_t i = 0; i < IG_COUNT(fields); i++) {
		if (strcasecmp(line, fields[i].name) == 0)
			split(fields[i].words, colon + 1);
	}
	if (strcasecmp(line, "Enabled") == 0)
		stanza->off = strstr(colon + 1, "no") != NULL;
}

static int sources_file(struct ig_buf *out, const struct pkg_archive *want,
			char *text, struct ig_err *err)
{
	struct stanza stanza = { 0 };
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (line[0] == '#')
			continue;
		if (line[strspn(line, SPACE)] == '\0') {
			if (end_stanza(out, want, &stanza, err) < 0)
				return -1;
			continue;
		}
		field(&stanza, line);
	}
	return end_stanza(out, want, &stanza, err);
}

static int read_sources(struct ig_buf *out, const struct pkg_archive *want,
			int dirfd, const char *name, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(SOURCES_MAX);
	struct ig_err ignored;

	/* a file that cannot be read is one source less */
	if (ig_read_file(&text, dirfd, name, &ignored) < 0 || !text.data)
		return 0;
	if (ig_ends(name, ".sources"))
		return sources_file(out, want, text.data, err);
	return list_file(out, want, text.data, err);
}

static int is_sources(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && (ig_ends(entry->d_name, ".list") ||
					   ig_ends(entry->d_name, ".sources"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int scan(struct ig_buf *out, const struct pkg_archive *want,
		const char *etc, struct ig_err *err)
{
	ig_autofree char *parts = ig_format(err, "%s/sources.list.d", etc);
	ig_autofree char *list = ig_format(err, "%s/sources.list", etc);
	ig_autofd int dirfd = -1;
	struct dirent **entries = NULL;
	int result = 0;
	int n;

	if (!parts || !list || read_sources(out, want, AT_FDCWD, list, err) < 0)
		return -1;
	dirfd = open(parts, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	n = dirfd < 0 ? 0
		      : scandirat(dirfd, ".", &entries, is_sources, by_name);
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result = read_sources(out, want, dirfd,
					      entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return result;
}

int pkg_apt_lines(struct ig_buf *out, const struct pkg_archive *want,
		  const char *etc, struct ig_err *err)
{
	const char *suite = want->suite;
	const char *components = want->components;
	ig_autofree char *updates = ig_format(err, "%s-updates", suite);
	ig_autofree char *security = ig_format(err, "%s-security", suite);
	ig_autofree char *line = ig_format(err, " %s %s\n", suite, components);

	if (!updates || !security || !line || scan(out, want, etc, err) < 0)
		return -1;
	if (out->data && strstr(out->data, line))
		return 0;
	ig_buf_clear(out);
	if (put_line(out, PKG_MIRROR, suite, components, err) < 0)
		return -1;
	if (strcmp(suite, "sid") == 0 || strcmp(suite, "unstable") == 0)
		return 0;
	if (put_line(out, PKG_MIRROR, updates, components, err) < 0)
		return -1;
	return put_line(out, PKG_MIRROR "-security", security, components, err);
}

int pkg_mirror_line(struct ig_buf *out, const struct pkg_archive *want,
		    const char *mirror, struct ig_err *err)
{
	if (strpbrk(mirror, "\n\r"))
		return ig_fail(err, IG_ESPEC, "a mirror is one line");
	if (ig_starts(mirror, "deb "))
		return ig_buf_printf(out, err, "%s\n", mirror);
	if (!strstr(mirror, ":/") || strpbrk(mirror, " \t[]"))
		return ig_fail(
			err, IG_ESPEC,
			"mirror '%s' is neither an URI nor a line of sources.list",
			mirror);
	return put_line(out, mirror, want->suite, want->components, err);
}
