/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "cli.h"

#define OPTIONS_MAX 64
#define LIST_MAX    256

/* getopt_long()'s tables, made from ours; a value is the index + FIRST. */
#define FIRST 1000

struct tables {
	const struct cli_option *all[OPTIONS_MAX];
	struct option longs[OPTIONS_MAX + 1];
	const char *names[OPTIONS_MAX + 1]; /* for hints */
	char shorts[OPTIONS_MAX * 2 + 3];
	size_t n;
};

static void add_table(struct tables *t, const struct cli_option *options)
{
	size_t len = strlen(t->shorts);

	for (const struct cli_option *o = options; o && o->name; o++) {
		if (t->n == OPTIONS_MAX)
			abort(); /* our own table is too long */
		t->longs[t->n] = (struct option){
			.name = o->name,
			.has_arg = o->arg ? required_argument : no_argument,
			.val = FIRST + (int)t->n,
		};
		t->names[t->n] = o->name;
		t->all[t->n++] = o;
		if (!o->letter)
			continue;
		t->shorts[len++] = o->letter;
		if (o->arg)
			t->shorts[len++] = ':';
	}
}

static int add_value(struct cli_list *list, const char *text,
		     struct ig_err *err)
{
	const char **v = realloc(list->v, (list->n + 2) * sizeof(*v));

	if (!v)
		return ig_fail_mem(err);
	list->v = v;
	if (list->n == LIST_MAX)
		return ig_fail(err, IG_EUSAGE, "more than %d values", LIST_MAX);
	v[list->n++] = text;
	v[list->n] = NULL;
	return 0;
}

/* "a,b" are two values; argv is ours to cut. */
static int add_values(struct cli_list *list, char *text, struct ig_err *err)
{
	char *save = NULL;

	for (char *word = strtok_r(text, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		if (add_value(list, word, err) < 0)
			return -1;
	return 0;
}

static int take(const struct cli_option *o, char *value, struct ig_err *err)
{
	if (o->flag)
		*o->flag = true;
	else if (o->text)
		*o->text = value;
	else if (o->whole)
		return add_value(o->list, value, err);
	else
		return add_values(o->list, value, err);
	return 0;
}

static const struct cli_option *find(const struct tables *t, int got)
{
	if (got >= FIRST)
		return t->all[got - FIRST];
	for (size_t i = 0; i < t->n; i++)
		if (t->all[i]->letter == got)
			return t->all[i];
	return NULL;
}

static int refuse(const struct tables *t, int got, char **argv,
		  struct ig_err *err)
{
	const char *word = argv[optind - 1];
	const char *near = NULL;

	if (got == ':')
		return ig_fail(err, IG_EUSAGE, "option '%s' wants a value",
			       word);
	if (ig_starts(word, "--")) {
		ig_autofree char *name =
			ig_strcopy(word + 2, strcspn(word + 2, "="));

		near = name ? ig_nearest(name, t->names) : NULL;
	} else if (optopt && optopt < FIRST) {
		return ig_fail(err, IG_EUSAGE, "unknown option '-%c'", optopt);
	}
	if (near)
		return ig_fail(err, IG_EUSAGE,
			       "unknown option '%s', did you mean '--%s'?",
			       word, near);
	return ig_fail(err, IG_EUSAGE, "unknown option '%s'", word);
}

int cli_parse(const struct cli_command *cmd, int argc, char **argv,
	      struct ig_err *err)
{
	struct tables t = { .shorts = ":" };
	int got;

	add_table(&t, cmd && cmd->options ? cmd->options() : NULL);
	add_table(&t, cli_global);
	optind = 0; /* GNU: begin anew */
	opterr = 0;
	/* A command's own words end the options before it. */
	if (!cmd || cmd->sub) {
		memmove(t.shorts + 1, t.shorts, strlen(t.shorts) + 1);
		t.shorts[0] = '+';
	}
	while ((got = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct cli_option *o = find(&t, got);

		if (!o)
			return refuse(&t, got, argv, err);
		if (take(o, optarg, err) < 0)
			return -1;
	}
	memmove(argv, argv + optind,
		(size_t)(argc - optind + 1) * sizeof(*argv));
	return argc - optind;
}

void cli_list_done(struct cli_list *list)
{
	free(list->v);
	list->v = NULL;
	list->n = 0;
}

int cli_number(uint64_t *out, const char *name, const char *text, uint64_t min,
	       uint64_t max, struct ig_err *err)
{
	if (!text)
		return 0;
	if (ig_parse_u64(out, text, err) == 0 && *out >= min && *out <= max)
		return 0;
	return ig_fail(err, IG_EUSAGE,
		       "--%s takes a number from %llu to %llu, not '%s'", name,
		       (unsigned long long)min, (unsigned long long)max, text);
}

int cli_arch(const char **arch, struct ig_err *err)
{
	if (!*arch)
		*arch = ig_host_arch();
	if (ig_streq(*arch, "x86_64"))
		*arch = "amd64";
	if (ig_streq(*arch, "aarch64"))
		*arch = "arm64";
	if (ig_arch_known(*arch))
		return 0;
	return ig_fail(
		err, IG_EUSAGE,
		"--arch: unknown architecture '%s', use a Go name such as amd64 or arm64",
		*arch);
}

int cli_accel(enum ig_accel *out, const char *text, struct ig_err *err)
{
	if (!text || ig_streq(text, "auto"))
		*out = IG_ACCEL_AUTO;
	else if (ig_streq(text, "kvm"))
		*out = IG_ACCEL_KVM;
	else if (ig_streq(text, "tcg"))
		*out = IG_ACCEL_TCG;
	else
		return ig_fail(err, IG_EUSAGE,
			       "--accel takes auto, kvm or tcg, not '%s'",
			       text);
	return 0;
}
