/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <string.h>

#define NAME_MAX_BYTES 200 /* room for "000-" and suffixes in 255 */

/* C0, DEL, and C1 in UTF-8, but for those in @but. */
static bool has_control(const char *text, const char *but)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;
		unsigned char next = (unsigned char)p[1];

		if ((c < 0x20 || c == 0x7f) && !strchr(but, c))
			return true;
		if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			return true;
	}
	return false;
}

static int check_control(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node, const char *but)
{
	if (!has_control(node->text, but))
		return 0;
	return ig_problem(walk, path, node,
			  "it cannot contain control characters");
}

int ig_check_plain(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node)
{
	return check_control(walk, path, node, "");
}

int ig_check_sysctl_value(struct ig_walk *walk, const struct ig_path *path,
			  const struct ig_ynode *node)
{
	return check_control(walk, path, node, "\t");
}

int ig_check_cmdline(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node)
{
	return check_control(walk, path, node, "\t\r\n");
}

int ig_check_name(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node)
{
	const char *name = node->text;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return ig_problem(walk, path, node, "'%s' is not a name", name);
	if (strlen(name) > NAME_MAX_BYTES)
		return ig_problem(walk, path, node,
				  "the name is longer than %d bytes",
				  NAME_MAX_BYTES);
	if (strchr(name, '/'))
		return ig_problem(walk, path, node,
				  "a name cannot contain '/'");
	return ig_check_plain(walk, path, node);
}

int ig_check_volume_name(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (node->text[strspn(node->text,
			      "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return ig_problem(
			walk, path, node,
			"'%s' is not a volume name: a-z, 0-9, '_' and '-' only",
			ig_spec_quote(text, node->text));
	return ig_check_name(walk, path, node);
}

int ig_check_file_path(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	bool any = false;

	for (const char *p = node->text; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.')
			return ig_problem(walk, path, node,
					  "a path cannot contain '..'");
		if (len > 255)
			return ig_problem(
				walk, path, node,
				"a name in the path is longer than 255 bytes");
		if (len > 0 && !(len == 1 && p[0] == '.'))
			any = true;
		p += len;
		p += strspn(p, "/");
	}
	if (!any)
		return ig_problem(walk, path, node, "the path names no file");
	if (strlen(node->text) > 4000)
		return ig_problem(walk, path, node,
				  "the path is longer than 4000 bytes");
	return 0;
}

static bool is_octal(const char *text, size_t most)
{
	size_t len = strlen(text);

	return len > 0 && strspn(text, "01234567") == len &&
	       len - strspn(text, "0") <= most;
}

static int bad_mode(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	return ig_problem(walk, path, node,
			  "'%s' is not an octal mode like \"0644\"",
			  ig_spec_quote(text, node->text));
}

int ig_check_file_mode(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	if (!node->text[0] || is_octal(node->text, 4))
		return 0;
	return bad_mode(walk, path, node);
}

/* The value of @key, or the object itself, to point at. */
static const struct ig_ynode *spot(const struct ig_ynode *node, const char *key)
{
	const struct ig_ynode *value = ig_yaml_get(node, key);

	return value ? value : node;
}

/* "512M", "2G", "512MiB": powers of 1024 that --mem takes too. */
int ig_check_target(struct ig_walk *walk, void *object,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_target *target = object;
	struct ig_path memory = { path, "memory", 0 };
	const char *text = target->memory;
	size_t digits = text ? strspn(text, "0123456789") : 0;
	char quoted[IG_QUOTE];
	uint64_t mib = 0;

	if (!text)
		return 0;
	for (size_t i = 0; i < digits && i < 9; i++)
		mib = mib * 10 + (uint64_t)(text[i] - '0');
	if (text[digits] == 'G')
		mib *= 1024;
	else if (text[digits] != 'M')
		mib = 0;
	if (text[digits] && text[digits + 1] &&
	    strcmp(text + digits + 1, "iB") != 0)
		mib = 0;
	if (digits > 9 || mib < 32 || mib > 1u << 24)
		return ig_problem(
			walk, &memory, spot(node, "memory"),
			"'%s' is no memory of a machine: write 512M or 2G, at least 32M",
			ig_spec_quote(quoted, text));
	target->memory_mib = mib;
	return 0;
}

int ig_check_device(struct ig_walk *walk, void *object,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_device *device = object;
	struct ig_path mode = { path, "mode", 0 };

	if (strcmp(device->path, "all") == 0)
		return 0;
	if (!device->mode)
		return ig_problem(walk, path, node,
				  "a device needs a mode like \"0660\"");
	if (!is_octal(device->mode, 7))
		return bad_mode(walk, &mode, spot(node, "mode"));
	return 0;
}

int ig_check_file(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_file *file = object;
	const char *what = file->directory	? "a directory"
			   : file->symlink	? "a symlink"
			   : file->contents_set ? "a file with contents"
						: NULL;

	if (file->directory && file->contents_set)
		return ig_problem(walk, path, spot(node, "contents"),
				  "a directory cannot have contents");
	if (what && file->source)
		return ig_problem(walk, path, spot(node, "source"),
				  "%s cannot have a source", what);
	if (what && file->metadata)
		return ig_problem(walk, path, spot(node, "metadata"),
				  "%s cannot have metadata", what);
	if (file->source && file->metadata)
		return ig_problem(walk, path, spot(node, "metadata"),
				  "a file has a source or metadata, not both");
	if (!what && !file->source && !file->metadata)
		return ig_problem(
			walk, path, node,
			"what is in it? Give contents, source, metadata, symlink or directory");
	return 0;
}
