/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* What is told to apt, as text: every name in it is checked. */
#define COMPONENTS_MAX (64u << 10)
#define ARCH_MARK      "{arch}"

/* deb-control(5): name, then ":arch", "=version", "/suite", or "-" */
static bool name_ok(const char *name)
{
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789+-.:=/~";

	return name[0] && !strchr("+-.:=/~", name[0]) &&
	       name[strspn(name, more)] == '\0';
}

char *pkg_debs_name(const char *text, const char *arch, struct ig_err *err)
{
	const char *debian = pkg_debian_arch(arch);
	const char *mark = strstr(text, ARCH_MARK);
	ig_autofree char *name = NULL;

	if (!debian) {
		ig_fail(err, IG_ESPEC, "Debian has no architecture '%s'", arch);
		return NULL;
	}
	if (mark)
		name = ig_format(err, "%.*s%s%s", (int)(mark - text), text,
				 debian, mark + strlen(ARCH_MARK));
	else
		name = ig_strdup(text, err);
	if (!name)
		return NULL;
	if (!name_ok(name)) {
		ig_fail(err, IG_ESPEC,
			"'%s' is not the name of a Debian package", text);
		return NULL;
	}
	return ig_take(&name);
}

static int hook_alone(struct ig_buf *out, const char *const *names, size_t n,
		      struct ig_err *err)
{
	if (ig_buf_puts(out, "for p in", err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (ig_buf_printf(out, err, " %s", names[i]) < 0)
			return -1;
	}
	/* linux-image-ARCH is empty and depends on the real one */
	return ig_buf_puts(
		out,
		"\ndo\nq=$(apt-cache depends --important \"$p\" 2>/dev/null | sed -n 's/^ *Depends: \\(linux-image-.*\\)$/\\1/p')\napt-get -qq download ${q:-$p} >&2\ndone\n",
		err);
}

static int hook_all(struct ig_buf *out, const char *const *names, size_t n,
		    struct ig_err *err)
{
	if (ig_buf_puts(
		    out,
		    "apt-get -qq -y -o APT::Get::Download-Only=true -o APT::Install-Recommends=false install",
		    err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (ig_buf_printf(out, err, " %s", names[i]) < 0)
			return -1;
	}
	return ig_buf_puts(
		out, " >&2\nmv \"$1\"/var/cache/apt/archives/*.deb .\n", err);
}

/* Names are checked: they need no quotes. mmdebstrap gives the root as $1. */
int pkg_debs_hook(struct ig_buf *out, const struct pkg_debs_ask *ask,
		  struct ig_err *err)
{
	if (ig_buf_puts(
		    out,
		    "set -e\nexport APT_CONFIG=\"$MMDEBSTRAP_APT_CONFIG\"\nmkdir \"$1/" PKG_DEBS_DIR
		    "\"\ncd \"$1/" PKG_DEBS_DIR "\"\n",
		    err) < 0)
		return -1;
	if (ask->n && (ask->alone ? hook_alone : hook_all)(out, ask->names,
							   ask->n, err) < 0)
		return -1;
	if (!ask->source)
		return 0;
	return ig_buf_printf(
		out, err,
		"apt-get -qq --download-only --only-source source %s >&2\n",
		ask->source);
}

/* apt has sources of programs from lines of their own. */
int pkg_debs_source_lines(struct ig_buf *lines, struct ig_err *err)
{
	ig_autofree char *text = ig_strdup(lines->data, err);
	char *rest = text;
	char *line;

	if (!text)
		return -1;
	while ((line = strsep(&rest, "\n"))) {
		if (ig_starts(line, "deb ") &&
		    ig_buf_printf(lines, err, "deb-src %s\n",
				  line + strlen("deb ")) < 0)
			return -1;
	}
	return 0;
}

char *pkg_debs_components(const struct ig_strs *list, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	IG_AUTO(ig_buf_done) struct ig_buf words = IG_BUF_INIT(COMPONENTS_MAX);

	if (!list->n && ig_buf_puts(&words, "main", err) < 0)
		return NULL;
	for (size_t i = 0; i < list->n; i++) {
		const char *name = list->v[i];

		if (!name[0] || name[strspn(name, good)]) {
			ig_fail(err, IG_ESPEC,
				"components[%zu]: '%s' is not a component of Debian's archive",
				i, name);
			return NULL;
		}
		if (ig_buf_printf(&words, err, "%s%s", i ? " " : "", name) < 0)
			return NULL;
	}
	return ig_buf_give(&words, err);
}
