/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec_seccomp.h>

#include <string.h>

#include <ingot/arena.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "schema.h"

#define RULE struct ig_seccomp_rule

/* SCMP_ACT_NOTIFY is not among them: nobody in the guest would answer. */
static const char *const action_words[] = {
	"SCMP_ACT_ALLOW",	 "SCMP_ACT_ERRNO",	 "SCMP_ACT_KILL",
	"SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
	"SCMP_ACT_TRACE",	 "SCMP_ACT_TRAP",	 NULL
};

static const char *const op_words[] = { "SCMP_CMP_NE",	      "SCMP_CMP_LT",
					"SCMP_CMP_LE",	      "SCMP_CMP_EQ",
					"SCMP_CMP_GE",	      "SCMP_CMP_GT",
					"SCMP_CMP_MASKED_EQ", NULL };

static const char *const flag_words[] = { "SECCOMP_FILTER_FLAG_TSYNC",
					  "SECCOMP_FILTER_FLAG_LOG",
					  "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
					  NULL };

static const struct ig_field arg_fields[] = {
	IG_NUMBER("index", IG_K_INT, struct ig_seccomp_arg, index, 5),
	IG_NUMBER("value", IG_K_INT, struct ig_seccomp_arg, value, INT64_MAX),
	IG_NUMBER("valueTwo", IG_K_INT, struct ig_seccomp_arg, value_two,
		  INT64_MAX),
	{ .key = "op",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_seccomp_arg, op),
	  .words = op_words },
	IG_FIELDS_END
};
static const struct ig_object arg_object = {
	.size = sizeof(struct ig_seccomp_arg),
	.fields = arg_fields,
};

/* Numbers that are the same on every architecture of ours. */
static const struct {
	const char *name;
	int number;
} errnos[] = {
	{ "EPERM", 1 },	   { "ENOENT", 2 },	 { "EINTR", 4 },
	{ "EIO", 5 },	   { "EBADF", 9 },	 { "EAGAIN", 11 },
	{ "ENOMEM", 12 },  { "EACCES", 13 },	 { "EBUSY", 16 },
	{ "ENODEV", 19 },  { "EINVAL", 22 },	 { "ENOSYS", 38 },
	{ "ENOTSUP", 95 }, { "EOPNOTSUPP", 95 }, { "EAFNOSUPPORT", 97 },
};

static int errno_number(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(errnos); i++) {
		if (ig_streq(errnos[i].name, name))
			return errnos[i].number;
	}
	return 0;
}

static int check_errno(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (!node->text[0] || errno_number(node->text))
		return 0;
	return ig_problem(
		walk, path, node, "unknown error '%s': give its number as %s",
		ig_spec_quote(text, node->text),
		ig_streq(path->key, "errno") ? "errnoRet" : "defaultErrnoRet");
}

static void take_errno(struct ig_opt_int *ret, const char *name)
{
	if (name && !ret->set)
		*ret = (struct ig_opt_int){ true, errno_number(name) };
}

/* "4.8"; a kernel that boots these images has at least 5.10. */
static int check_kernel(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	size_t major = strspn(node->text, "0123456789");
	const char *minor = node->text + major + 1;
	char text[IG_QUOTE];

	if (!node->text[0])
		return 0;
	if (major != 1 || node->text[1] != '.' || !*minor ||
	    minor[strspn(minor, "0123456789")])
		return ig_problem(walk, path, node,
				  "'%s' is not a version like 4.8",
				  ig_spec_quote(text, node->text));
	if (node->text[0] < '5' ||
	    (node->text[0] == '5' &&
	     (strlen(minor) == 1 || strcmp(minor, "10") == 0)))
		return 0;
	return ig_problem(
		walk, path, node,
		"kernels before %s are not told apart: leave the condition out",
		ig_spec_quote(text, node->text));
}

#define WHEN struct ig_seccomp_when
static const struct ig_field when_fields[] = {
	IG_VALUE("caps", IG_K_STRS, WHEN, caps),
	IG_VALUE("arches", IG_K_STRS, WHEN, arches),
	{ .key = "minKernel",
	  .kind = IG_K_STR,
	  .at = offsetof(WHEN, min_kernel),
	  .check = check_kernel },
	IG_FIELDS_END
};
static const struct ig_object when_object = { .fields = when_fields };

#define SUB(k, M)                                                              \
	{                                                                      \
		.key = (k), .kind = IG_K_OBJ, .flags = IG_F_NULL,              \
		.at = offsetof(RULE, M), .sub = &when_object                   \
	}
#define ERRNO(k, T)                                                            \
	{                                                                      \
		.key = (k), .kind = IG_K_STR, .at = offsetof(T, errno_name),   \
		.check = check_errno                                           \
	}
#define ACTION(k, T, fl)                                                       \
	{                                                                      \
		.key = (k), .kind = IG_K_STR, .flags = (fl),                   \
		.at = offsetof(T, action), .words = action_words               \
	}

static const struct ig_field rule_fields[] = {
	IG_VALUE("names", IG_K_STRS, RULE, names),
	IG_STR("name", RULE, name, 0),
	ACTION("action", RULE, IG_F_REQUIRED),
	IG_NUMBER("errnoRet", IG_K_OPT_INT, RULE, errno_ret, 4095),
	ERRNO("errno", RULE),
	IG_ARRAY("args", RULE, args, args_n, &arg_object, IG_F_NULL),
	{ .key = "comment", .kind = IG_K_IGNORE, .flags = IG_F_NULL },
	SUB("includes", includes),
	SUB("excludes", excludes),
	IG_FIELDS_END
};

static int check_rule(struct ig_walk *walk, void *object,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	RULE *rule = object;

	take_errno(&rule->errno_ret, rule->errno_name);
	if (rule->name && rule->names.n)
		return ig_problem(walk, path, node,
				  "a rule has 'name' or 'names', not both");
	if (!rule->name && !rule->names.n)
		return ig_problem(walk, path, node,
				  "the rule names no system call");
	if (rule->name) {
		rule->names.v = ig_arena_array(walk->arena, 1, sizeof(char *),
					       walk->err);
		if (!rule->names.v)
			return -1;
		rule->names.v[rule->names.n++] = rule->name;
	}
	return 0;
}

static const struct ig_object rule_object = {
	.size = sizeof(RULE),
	.pos_at = offsetof(RULE, pos) + 1,
	.fields = rule_fields,
	.check = check_rule,
};

static const struct ig_field arch_fields[] = {
	IG_STR("architecture", struct ig_seccomp_arch, arch, IG_F_REQUIRED),
	IG_VALUE("subArchitectures", IG_K_STRS, struct ig_seccomp_arch, sub),
	IG_FIELDS_END
};
static const struct ig_object arch_object = {
	.size = sizeof(struct ig_seccomp_arch),
	.fields = arch_fields,
};

#define NOTIFY "needs SCMP_ACT_NOTIFY: nobody in the guest would answer"
#define REFUSED(k)                                                             \
	{                                                                      \
		.key = (k), .kind = IG_K_REFUSE, .why = NOTIFY                 \
	}

static const struct ig_field profile_fields[] = {
	ACTION("defaultAction", struct ig_seccomp, IG_F_REQUIRED),
	IG_NUMBER("defaultErrnoRet", IG_K_OPT_INT, struct ig_seccomp, errno_ret,
		  4095),
	ERRNO("defaultErrno", struct ig_seccomp),
	IG_VALUE("architectures", IG_K_STRS, struct ig_seccomp, arches),
	IG_ARRAY("archMap", struct ig_seccomp, archmap, archmap_n, &arch_object,
		 0),
	IG_VALUE("flags", IG_K_STRS, struct ig_seccomp, flags),
	REFUSED("listenerPath"),
	REFUSED("listenerMetadata"),
	IG_ARRAY("syscalls", struct ig_seccomp, rules, rules_n, &rule_object,
		 0),
	IG_FIELDS_END
};

static int check_flags(struct ig_walk *walk, const struct ig_strs *flags,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_path key = { path, "flags", 0 };
	char text[IG_QUOTE];

	for (size_t i = 0; i < flags->n; i++) {
		size_t k = 0;

		while (flag_words[k] && strcmp(flag_words[k], flags->v[i]) != 0)
			k++;
		if (!flag_words[k] &&
		    ig_problem(walk, &key, ig_yaml_get(node, "flags"),
			       "unknown flag '%s'",
			       ig_spec_quote(text, flags->v[i])) < 0)
			return -1;
	}
	return 0;
}

static int check_profile(struct ig_walk *walk, void *object,
			 const struct ig_ynode *node,
			 const struct ig_path *path)
{
	struct ig_seccomp *profile = object;
	struct ig_path key = { path, "archMap", 0 };

	take_errno(&profile->errno_ret, profile->errno_name);
	if (profile->arches.n && profile->archmap_n)
		return ig_problem(
			walk, &key, ig_yaml_get(node, "archMap"),
			"a profile has 'architectures' or 'archMap', not both");
	return check_flags(walk, &profile->flags, node, path);
}

static const struct ig_object profile_object = {
	.size = sizeof(struct ig_seccomp),
	.fields = profile_fields,
	.check = check_profile,
};

/* NOLINTNEXTLINE(readability-function-size): a document and where it is from */
int ig_seccomp_parse(struct ig_seccomp *out, const struct ig_spec *spec,
		     const char *file, const void *text, size_t len,
		     struct ig_buf *problems, struct ig_err *err)
{
	struct ig_walk walk = { .arena = spec->arena,
				.problems = problems,
				.err = err };
	struct ig_yaml_source source = { .text = text, .len = len };
	const struct ig_ynode *root;

	memset(out, 0, sizeof(*out));
	walk.file = source.file = ig_arena_str(spec->arena, file, err);
	if (!walk.file)
		return -1;
	out->file = walk.file;
	root = ig_yaml_load(&source, spec->arena, err);
	if (!root ||
	    ig_schema_fill(&walk, &profile_object, out, root, NULL) < 0)
		return ig_walk_failed(&walk);
	return ig_walk_end(&walk);
}

bool ig_seccomp_is_file(const char *value)
{
	return value && !ig_streq(value, "default") && !ig_streq(value, "none");
}

/* A file shows by a '/' or a '.', so that a typo is none. */
int ig_check_seccomp(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (!node->text[0] || !ig_seccomp_is_file(node->text) ||
	    strpbrk(node->text, "/."))
		return 0;
	return ig_problem(
		walk, path, node,
		"expected 'default', 'none' or the path of a profile like ./web.json, got '%s'",
		ig_spec_quote(text, node->text));
}
