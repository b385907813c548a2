/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/spec_seccomp.h>
#include <ingot/str.h>

#include "container.h"
#include "json_writer.h"

#define ENOSYS 38
#define EPERM  1

/* A program of another instruction set, x86 or x32 on amd64, is killed: its
 * numbers of system calls would mean others. */
static const struct {
	const char *arch, *name;
} arches[] = {
	{ "amd64", "SCMP_ARCH_X86_64" },
	{ "arm64", "SCMP_ARCH_AARCH64" },
};

static const char *arch_name(const char *arch)
{
	for (size_t i = 0; i < IG_COUNT(arches); i++) {
		if (ig_streq(arches[i].arch, arch))
			return arches[i].name;
	}
	return NULL;
}

static bool has_cap(const struct ig_container *c, const char *cap)
{
	for (size_t i = 0; i < c->caps_all.n; i++) {
		if (strcmp(c->caps_all.v[i], cap) == 0)
			return true;
	}
	return false;
}

static bool has_any(const struct ig_container *c, const char *const *caps)
{
	for (; *caps; caps++) {
		if (has_cap(c, *caps))
			return true;
	}
	return false;
}

/* ---- rules, one by one ---- */

static void begin_rule(struct ig_json *json, const char *action,
		       const struct ig_opt_int *error)
{
	ig_json_object(json, NULL);
	ig_json_text(json, "action", action);
	ig_json_some_int(json, "errnoRet", error);
	ig_json_array(json, "names");
}

static void begin_plain(struct ig_json *json, int error)
{
	begin_rule(json, error ? "SCMP_ACT_ERRNO" : "SCMP_ACT_ALLOW",
		   &(struct ig_opt_int){ error != 0, error });
}

static void put_arg(struct ig_json *json, const struct ig_seccomp_arg *arg)
{
	ig_json_object(json, NULL);
	ig_json_int(json, "index", arg->index);
	ig_json_int(json, "value", arg->value);
	if (arg->value_two || ig_streq(arg->op, "SCMP_CMP_MASKED_EQ"))
		ig_json_int(json, "valueTwo", arg->value_two);
	ig_json_text(json, "op", arg->op);
	ig_json_end(json);
}

static void end_rule(struct ig_json *json, const struct ig_seccomp_arg *args,
		     size_t n)
{
	ig_json_end(json);
	if (n > 0) {
		ig_json_array(json, "args");
		for (size_t i = 0; i < n; i++)
			put_arg(json, &args[i]);
		ig_json_end(json);
	}
	ig_json_end(json);
}

/* ---- the default ---- */

static void put_groups(struct ig_json *json, const struct ig_container *c,
		       bool allowed)
{
	begin_plain(json, allowed ? 0 : EPERM);
	for (size_t i = 0; i < ig_seccomp_groups_n; i++) {
		const struct ig_seccomp_group *group = &ig_seccomp_groups[i];

		if ((!group->caps || has_any(c, group->caps)) != allowed)
			continue;
		for (const char *const *name = group->names; *name; name++)
			ig_json_text(json, NULL, *name);
	}
	end_rule(json, NULL, 0);
}

static void put_test(struct ig_json *json, const char *name,
		     const struct ig_seccomp_test *test)
{
	struct ig_seccomp_arg arg = { .op = "SCMP_CMP_MASKED_EQ",
				      .value = test->mask,
				      .value_two = test->value };

	if (test->mask < 0)
		arg = (struct ig_seccomp_arg){ .op = "SCMP_CMP_EQ",
					       .value = test->value };
	begin_plain(json, test->error);
	ig_json_text(json, NULL, name);
	end_rule(json, &arg, 1);
}

static void put_tested(struct ig_json *json, const struct ig_container *c,
		       const struct ig_seccomp_tested *tested)
{
	if (has_any(c, tested->caps)) {
		begin_plain(json, 0);
		ig_json_text(json, NULL, tested->name);
		end_rule(json, NULL, 0);
		return;
	}
	for (size_t i = 0; i < tested->n; i++)
		put_test(json, tested->name, &tested->tests[i]);
}

static void put_default(struct ig_json *json, const struct ig_container *c)
{
	ig_json_text(json, "defaultAction", "SCMP_ACT_ERRNO");
	ig_json_int(json, "defaultErrnoRet", ENOSYS);
	ig_json_array(json, "architectures");
	ig_json_text(json, NULL, arch_name(c->arch));
	ig_json_end(json);
	ig_json_array(json, "syscalls");
	put_groups(json, c, true);
	put_groups(json, c, false);
	for (size_t i = 0; i < ig_seccomp_tested_n; i++)
		put_tested(json, c, &ig_seccomp_tested[i]);
	ig_json_end(json);
}

/* ---- a file ---- */

static bool names_arch(const struct ig_strs *list, const char *arch)
{
	for (size_t i = 0; i < list->n; i++) {
		if (ig_streq(list->v[i], arch))
			return true;
	}
	return false;
}

/* As Docker reads them; the kernel is never older than what is asked for. */
static bool counts(const struct ig_seccomp_rule *rule,
		   const struct ig_container *c)
{
	const struct ig_seccomp_when *in = &rule->includes;
	const struct ig_seccomp_when *out = &rule->excludes;

	for (size_t i = 0; i < in->caps.n; i++) {
		if (!has_cap(c, in->caps.v[i]))
			return false;
	}
	for (size_t i = 0; i < out->caps.n; i++) {
		if (has_cap(c, out->caps.v[i]))
			return false;
	}
	if (in->arches.n && !names_arch(&in->arches, c->arch))
		return false;
	return !names_arch(&out->arches, c->arch) && !out->min_kernel;
}

static bool knows_one(const struct ig_seccomp_rule *rule)
{
	for (size_t i = 0; i < rule->names.n; i++) {
		if (ig_seccomp_knows(rule->names.v[i]))
			return true;
	}
	return false;
}

static void put_rule(struct ig_json *json, const struct ig_seccomp_rule *rule)
{
	if (!knows_one(rule))
		return;
	begin_rule(json, rule->action, &rule->errno_ret);
	for (size_t i = 0; i < rule->names.n; i++) {
		if (ig_seccomp_knows(rule->names.v[i]))
			ig_json_text(json, NULL, rule->names.v[i]);
	}
	end_rule(json, rule->args, rule->args_n);
}

static void put_arches(struct ig_json *json, const struct ig_seccomp *profile,
		       const char *arch)
{
	const char *own = arch_name(arch);

	if (!profile->archmap_n) {
		ig_json_some_texts(json, "architectures", &profile->arches);
		return;
	}
	for (size_t i = 0; i < profile->archmap_n; i++) {
		const struct ig_seccomp_arch *map = &profile->archmap[i];

		if (!ig_streq(map->arch, own))
			continue;
		ig_json_array(json, "architectures");
		ig_json_text(json, NULL, map->arch);
		for (size_t k = 0; k < map->sub.n; k++)
			ig_json_text(json, NULL, map->sub.v[k]);
		ig_json_end(json);
		return;
	}
}

static void put_file(struct ig_json *json, const struct ig_container *c,
		     const struct ig_seccomp *profile)
{
	ig_json_text(json, "defaultAction", profile->action);
	ig_json_some_int(json, "defaultErrnoRet", &profile->errno_ret);
	put_arches(json, profile, c->arch);
	ig_json_some_texts(json, "flags", &profile->flags);
	ig_json_array(json, "syscalls");
	for (size_t i = 0; i < profile->rules_n; i++) {
		if (counts(&profile->rules[i], c))
			put_rule(json, &profile->rules[i]);
	}
	ig_json_end(json);
}

/* What allows what it does not name would let a forbidden call pass. */
static bool lets_pass(const struct ig_seccomp *profile)
{
	return ig_streq(profile->action, "SCMP_ACT_ALLOW") ||
	       ig_streq(profile->action, "SCMP_ACT_LOG");
}

static int check_names(const struct ig_seccomp *profile, struct ig_err *err)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < profile->rules_n; i++) {
		const struct ig_seccomp_rule *rule = &profile->rules[i];

		for (size_t k = 0; k < rule->names.n; k++) {
			const char *name = rule->names.v[k];

			if (ig_seccomp_knows(name))
				continue;
			if (lets_pass(profile))
				return ig_fail(
					err, IG_ESPEC,
					"%s:%d:%d: syscalls[%zu].names[%zu]: no system call '%s' that the guest could refuse",
					rule->pos.file, rule->pos.line,
					rule->pos.col, i, k, name);
			first = first ? first : name;
			n++;
		}
	}
	if (n > 0)
		ig_warn("%s: %zu system call%s that the guest's filter does not know, as '%s': left out, refused like all that has no rule",
			profile->file, n, n == 1 ? "" : "s", first);
	return 0;
}

/* ---- which ---- */

int ig_seccomp_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM_TEXT(bundle, seccomp);
	const char *value = from->seccomp;

	out->arch = bundle->config->arch;
	if (ig_given(value) && ig_seccomp_is_file(value)) {
		out->profile = from->profile;
		return check_names(out->profile, err);
	}
	if (ig_streq(value, "none") || (!ig_given(value) && !bundle->safe))
		return 0;
	out->seccomp_default = arch_name(out->arch) != NULL;
	if (out->seccomp_default || !ig_given(value))
		return 0;
	ig_fail(err, IG_ESPEC, "there is no default profile for %s",
		out->arch ? out->arch : "this image");
	return ig_bundle_wrap(err, bundle, from, "seccomp");
}

void ig_seccomp_write(struct ig_json *json, const struct ig_container *c)
{
	if (!c->seccomp_default && !c->profile)
		return;
	ig_json_object(json, "seccomp");
	if (c->profile)
		put_file(json, c, c->profile);
	else
		put_default(json, c);
	ig_json_end(json);
}
