/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define PATH_MAX_BYTES 4095
#define SOURCE_MAX     UINT32_MAX /* the size field of a newc cpio */
#define METADATA_MAX   (64u << 20)
#define MODE_FILE      0600
#define MODE_DIRECTORY 0700

/* What does not change while the entries go by. */
struct section {
	struct ig_tree *tree;
	struct ig_spool *spool;
	const struct ig_spec *spec; /* NULL: a recipe */
	const char *dir;	    /* NULL: the current folder */
	struct ig_tree *seen;	    /* paths that this section has made */
};

/* One entry, checked. */
struct item {
	const struct ig_file *file;
	char path[PATH_MAX_BYTES + 1];
	uint32_t mode, uid, gid;
	int source; /* owned descriptor, or -1 */
	uint64_t size;
	const char *key; /* that an error is about */
};

static void item_done(struct item *item)
{
	ig_closep(&item->source);
}

static int check_kind(struct item *item, struct ig_err *err)
{
	const struct ig_file *file = item->file;
	bool source = ig_given(file->source);
	bool metadata = ig_given(file->metadata);
	bool made = file->directory || ig_given(file->symlink) ||
		    file->contents_set;

	if (file->directory && file->contents_set)
		return ig_fail(err, IG_ESPEC,
			       "a directory cannot have contents");
	if (made && source)
		return ig_fail(
			err, IG_ESPEC,
			"source cannot stand together with contents, symlink or directory");
	if (made && metadata)
		return ig_fail(
			err, IG_ESPEC,
			"metadata cannot stand together with contents, symlink or directory");
	if (source && metadata)
		return ig_fail(err, IG_ESPEC,
			       "source and metadata cannot stand together");
	if (!made && !source && !metadata)
		return ig_fail(
			err, IG_ESPEC,
			"the file needs one of contents, source, metadata, symlink or directory");
	if (file->directory && ig_given(file->symlink))
		ig_warn("%s:%d:%d: symlink is ignored: the entry is a directory",
			file->pos.file ? file->pos.file : "files",
			file->pos.line, file->pos.col);
	return 0;
}

/* Without "." and doubled slashes; ".." could leave the folders that the
 * entry names, and nothing needs it. */
static int clean_path(struct item *item, struct ig_err *err)
{
	const char *p = item->file->path;
	size_t len = 0;

	item->key = "path";
	if (!ig_given(p))
		return ig_fail(err, IG_ESPEC, "the path is missing");
	if (strlen(p) > PATH_MAX_BYTES)
		return ig_fail(err, IG_ESPEC,
			       "the path is longer than %d bytes",
			       PATH_MAX_BYTES);
	while (*(p += strspn(p, "/"))) {
		size_t part = strcspn(p, "/");

		if (part == 2 && memcmp(p, "..", 2) == 0)
			return ig_fail(err, IG_ESPEC, "'..' in path '%s'",
				       item->file->path);
		if (part > 255)
			return ig_fail(
				err, IG_ESPEC,
				"a name in the path is longer than 255 bytes");
		if (part != 1 || *p != '.') {
			if (len > 0)
				item->path[len++] = '/';
			memcpy(item->path + len, p, part);
			len += part;
		}
		p += part;
	}
	item->path[len] = '\0';
	if (len == 0)
		return ig_fail(err, IG_ESPEC,
			       "path '%s' is the root, not a file",
			       item->file->path);
	return 0;
}

static int parse_mode(struct item *item, struct ig_err *err)
{
	const char *text = item->file->mode;
	uint32_t mode = 0;

	item->key = "mode";
	if (!ig_given(text)) {
		item->mode = item->file->directory ? MODE_DIRECTORY : MODE_FILE;
		return 0;
	}
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '7' || mode > 07777)
			return ig_fail(
				err, IG_ESPEC,
				"cannot parse mode '%s': it is octal text such as \"0644\"",
				text);
		mode = mode * 8 + (uint32_t)(*p - '0');
	}
	if (mode > 07777)
		return ig_fail(err, IG_ESPEC,
			       "mode '%s' has more than permission bits", text);
	item->mode = mode;
	return 0;
}

static int parse_owner(struct item *item, const struct ig_spec *spec,
		       struct ig_err *err)
{
	item->key = "uid";
	if (ig_id_resolve(&item->uid, spec, &item->file->uid, err) < 0)
		return -1;
	item->key = "gid";
	return ig_id_resolve(&item->gid, spec, &item->file->gid, err);
}

/* ---- source ---- */

/* "~/x" lies in the home folder; the only look at the environment. */
static char *source_path(const char *source, struct ig_err *err)
{
	const char *home;

	if (!ig_starts(source, "~/") || strlen(source) <= 2)
		return ig_strdup(source, err);
	home = getenv("HOME");
	if (!ig_given(home)) {
		ig_fail(err, IG_ESPEC, "source '%s': HOME is not set", source);
		return NULL;
	}
	return ig_format(err, "%s/%s", home, source + 2);
}

static int open_regular(int dirfd, const char *path, struct item *item,
			struct ig_err *err)
{
	struct stat st;

	/* looked at before it is opened: opening a device may do things */
	if (fstatat(dirfd, path, &st, 0) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return ig_fail(err, IG_ENOENT,
				       "source '%s' does not exist", path);
		return ig_fail_sys(err, errno, "source '%s'", path);
	}
	if (!S_ISREG(st.st_mode))
		return ig_fail(err, IG_ESPEC,
			       "source '%s' is not a regular file", path);
	item->source = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (item->source < 0)
		return ig_fail_sys(err, errno, "open source '%s'", path);
	if (ig_size_of(&item->size, item->source, err) < 0)
		return ig_wrap(err, "source '%s'", path);
	if (item->size > SOURCE_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "source '%s' is larger than 4 GiB", path);
	return 0;
}

static int open_source(struct item *item, const char *dir, struct ig_err *err)
{
	ig_autofree char *path = source_path(item->file->source, err);
	ig_autofd int dirfd = -1;

	item->key = "source";
	if (!path)
		return -1;
	if (!dir)
		return open_regular(AT_FDCWD, path, item, err);
	dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", dir);
	return open_regular(dirfd, path, item, err);
}

/* LinuxKit: whatever keeps stat() from an optional source, it is left out. */
static bool source_absent(const struct item *item, const char *dir)
{
	ig_autofd int dirfd = -1;
	ig_autofree char *path = NULL;
	struct ig_err ignored;
	struct stat st;

	path = source_path(item->file->source, &ignored);
	if (!path)
		return true;
	if (!dir)
		return stat(path, &st) < 0;
	dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dirfd < 0 || fstatat(dirfd, path, &st, 0) < 0;
}

static int spool_source(struct ig_inode *inode, struct ig_spool *spool,
			const struct item *item, struct ig_err *err)
{
	if (lseek(spool->fd, (off_t)spool->end, SEEK_SET) < 0)
		return ig_fail_sys(err, errno, "seek in the spool file");
	if (ig_copy_range(spool->fd, item->source, 0, item->size, err) < 0)
		return ig_wrap(err, "copy source '%s'", item->file->source);
	inode->fd = spool->fd;
	inode->off = spool->end;
	inode->size = item->size;
	spool->end += item->size;
	return 0;
}

/* ---- into the tree ---- */

/* x for everybody who can do anything: a folder one can go through. */
static uint32_t parent_mode(uint32_t mode)
{
	for (uint32_t bits = 0007; bits <= 0700; bits <<= 3) {
		if (mode & bits)
			mode |= bits & 0111;
	}
	return mode;
}

static void set_owner(struct ig_inode *inode, const struct item *item,
		      uint32_t mode)
{
	inode->mode = mode;
	inode->uid = item->uid;
	inode->gid = item->gid;
	inode->mtime = IG_FIXED_TIME;
}

static int make_parent(const struct section *section, const struct item *item,
		       const char *path, struct ig_err *err)
{
	struct ig_node *node = ig_tree_find(section->tree, path);
	struct ig_inode model = { .type = IG_DIR, .fd = -1 };

	if (node && node->inode->type != IG_DIR &&
	    node->inode->type != IG_SYMLINK)
		return ig_fail(err, IG_ESPEC,
			       "'%s' is a file already, not a directory", path);
	if (ig_tree_find(section->seen, path))
		return 0;
	set_owner(&model, item, parent_mode(item->mode));
	node = ig_tree_resolve(section->tree, path, &model, err);
	if (!node)
		return -1;
	set_owner(node->inode, item, model.mode);
	return ig_tree_resolve(section->seen, path, NULL, err) ? 0 : -1;
}

static struct ig_node *make_parents(const struct section *section,
				    struct item *item, struct ig_err *err)
{
	char *slash = item->path;
	const char *last = strrchr(item->path, '/');
	struct ig_node *node;
	int made;

	item->key = "path";
	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		made = make_parent(section, item, item->path, err);
		if (made == 0 && slash == last) {
			node = ig_tree_resolve(section->tree, item->path, NULL,
					       err);
			*slash = '/';
			return node;
		}
		*slash++ = '/';
		if (made < 0)
			return NULL;
	}
	return ig_tree_root(section->tree);
}

static int set_text(struct ig_inode *inode, struct ig_tree *tree,
		    const char *text, size_t len, struct ig_err *err)
{
	inode->size = len;
	inode->mem = ig_arena_strn(ig_tree_arena(tree), text, len, err);
	return inode->mem ? 0 : -1;
}

static int set_metadata(struct ig_inode *inode, const struct section *section,
			struct item *item, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(METADATA_MAX);
	const char *format = item->file->metadata;

	item->key = "metadata";
	if (strcmp(format, "yaml") != 0 && strcmp(format, "json") != 0)
		return ig_fail(
			err, IG_ESPEC,
			"unsupported metadata type '%s': it is 'yaml' or 'json'",
			format);
	if (!section->spec)
		return ig_fail(err, IG_ESPEC, "metadata means nothing here");
	if (ig_spec_metadata(&text, section->spec, format, ig_ref_expand, err) <
		    0 ||
	    ig_buf_reserve(&text, 0, err) < 0)
		return -1;
	return set_text(inode, section->tree, text.data, text.len, err);
}

static struct ig_inode *make_inode(const struct section *section,
				   struct item *item, struct ig_err *err)
{
	const struct ig_file *file = item->file;
	enum ig_type type = file->directory	      ? IG_DIR
			    : ig_given(file->symlink) ? IG_SYMLINK
						      : IG_FILE;
	struct ig_inode *inode = ig_tree_inode(section->tree, type, err);
	int made = 0;

	if (!inode)
		return NULL;
	set_owner(inode, item, item->mode);
	if (type == IG_SYMLINK) {
		inode->link = ig_arena_str(ig_tree_arena(section->tree),
					   file->symlink, err);
		made = inode->link ? 0 : -1;
	} else if (type == IG_FILE && file->contents_set) {
		made = set_text(inode, section->tree,
				file->contents ? file->contents : "",
				file->contents ? strlen(file->contents) : 0,
				err);
	} else if (type == IG_FILE && item->source >= 0) {
		made = spool_source(inode, section->spool, item, err);
	} else if (type == IG_FILE) {
		made = set_metadata(inode, section, item, err);
	}
	return made < 0 ? NULL : inode;
}

static int put_item(const struct section *section, struct item *item,
		    struct ig_err *err)
{
	struct ig_inode *inode = make_inode(section, item, err);
	struct ig_node *dir = inode ? make_parents(section, item, err) : NULL;
	const char *slash = strrchr(item->path, '/');
	const char *name = slash ? slash + 1 : item->path;
	struct ig_node *node;

	if (!dir)
		return -1;
	item->key = "path";
	node = ig_node_child(section->tree, dir, name, strlen(name));
	if (node && node->child && inode->type != IG_DIR)
		return ig_fail(err, IG_ESPEC,
			       "'%s' is a directory with files already",
			       item->path);
	if (!ig_tree_put(section->tree, dir, name, strlen(name), inode, err))
		return -1;
	return ig_tree_resolve(section->seen, item->path, NULL, err) ? 0 : -1;
}

static int add_item(const struct section *section, struct item *item,
		    struct ig_err *err)
{
	const struct ig_file *file = item->file;

	if (clean_path(item, err) < 0)
		return -1;
	item->key = NULL;
	if (check_kind(item, err) < 0 || parse_mode(item, err) < 0 ||
	    parse_owner(item, section->spec, err) < 0)
		return -1;
	if (ig_given(file->symlink) && strlen(file->symlink) > PATH_MAX_BYTES) {
		item->key = "symlink";
		return ig_fail(err, IG_ESPEC,
			       "the target is longer than %d bytes",
			       PATH_MAX_BYTES);
	}
	if (ig_given(file->source)) {
		if (file->optional && source_absent(item, section->dir))
			return 0;
		if (open_source(item, section->dir, err) < 0)
			return -1;
	}
	return put_item(section, item, err);
}

static int wrap_item(const struct item *item, struct ig_err *err)
{
	const size_t index = item->file->pos.index;

	if (item->key)
		ig_wrap(err, "files[%zu].%s", index, item->key);
	else
		ig_wrap(err, "files[%zu]", index);
	return ig_pos_wrap(err, &item->file->pos);
}

/* NOLINTNEXTLINE(readability-function-size): what it reads and writes */
int ig_files_tree(struct ig_tree *tree, struct ig_spool *spool,
		  const struct ig_spec *spec, const struct ig_file *files,
		  size_t n, const char *dir, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *seen = ig_tree_new(err);
	const struct section section = { tree, spool, spec, dir, seen };

	if (!seen)
		return -1;
	for (size_t i = 0; i < n; i++) {
		IG_AUTO(item_done)
		struct item item = { .file = &files[i], .source = -1 };

		if (add_item(&section, &item, err) < 0)
			return wrap_item(&item, err);
	}
	return 0;
}
