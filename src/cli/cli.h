/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_H
#define IG_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/run.h>

struct ig_bootloader;
struct ig_err;
struct ig_spec;
struct ig_store;

/* What every command has. */
struct cli {
	char *cache;		/* folder of the store; owned */
	struct ig_store *store; /* opened on first use */
};

/* ---- options.c ---- */

struct cli_list {
	const char **v; /* NULL-ended; owned */
	size_t n;
};

struct cli_option {
	const char *name; /* long name */
	char letter;	  /* or 0 */
	const char *arg;  /* "NAME" in help; NULL: a flag */
	const char *help; /* one line; NULL: not shown */
	bool *flag;	  /* one of these three */
	const char **text;
	struct cli_list *list; /* may be given again; commas split … */
	bool whole;	       /* … unless this is set */
};

struct cli_command {
	const char *name;
	const char *usage;			   /* "[OPTION]… SPEC…" */
	const char *brief;			   /* one line */
	const char *about;			   /* paragraphs, or NULL */
	const char *examples;			   /* lines, or NULL */
	const struct cli_option *(*options)(void); /* ended by a NULL name */
	int (*run)(struct cli *cli, int argc, char **argv,
		   struct ig_err *err);	      /* exit status, or -1 with err */
	const struct cli_command *const *sub; /* sub-commands, or NULL */
};

/** cli_parse() - options of @cmd out of @argv; the rest moves to the front,
 * argc of it returned. IG_EUSAGE with a hint on what is near. */
int cli_parse(const struct cli_command *cmd, int argc, char **argv,
	      struct ig_err *err);
void cli_list_done(struct cli_list *list);
/** cli_number() - @text between @min and @max; NULL: @out stays. */
int cli_number(uint64_t *out, const char *name, const char *text, uint64_t min,
	       uint64_t max, struct ig_err *err);
int cli_arch(const char **arch, struct ig_err *err);
/** cli_accel() - "auto" (or NULL), "kvm", "tcg". */
int cli_accel(enum ig_accel *out, const char *text, struct ig_err *err);

/* ---- help.c ---- */

void cli_help(const struct cli_command *cmd, const char *path);
void cli_help_all(void);
extern const struct cli_command *const cli_commands[]; /* NULL-ended */
extern const struct cli_option cli_global[];

/* ---- ui.c ---- */

void ui_begin(bool quiet, int verbose);
void ui_end(void); /* leaves no half-drawn line */
/** ui_say() - a result, on standard output. */
void ui_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** ui_note() - what goes on, on standard error unless quiet. */
void ui_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** ui_table() - lines of ours, on standard error unless quiet; ui_colour():
 * whether they may have colours. */
void ui_table(const char *text);
bool ui_colour(void);
/** ui_error() - "ingot: WHERE: TEXT", on standard error. */
void ui_error(const char *where, const char *text);
double ui_seconds(void); /* since the program began */

/* ---- session.c ---- */

int cli_store(struct cli *cli, struct ig_err *err);
char *cli_cache_dir(const char *given, struct ig_err *err);
void cli_done(struct cli *cli);

/* ---- spec_input.c ---- */

struct cli_spec_opts {
	const char *arch;
	bool offline;
	bool build_packages; /* "@pkg:" builds what is missing */
};
/** cli_spec() - read, merge and check the files ("-": standard input). */
int cli_spec(struct ig_spec **out, struct cli *cli, int n, char **files,
	     const struct cli_spec_opts *opts, struct ig_err *err);
/* An image beside those of the system: boot loader, firmware. */
struct cli_loader {
	struct ig_bootloader *image; /* of the spec */
	const char *option;	     /* "--bootloader", for messages */
	const char *given;   /* with it: a reference or "@pkg:DIR"; NULL */
	const char *package; /* that comes with the program */
	bool need;	     /* a format needs it */
};
/** cli_loader() - the image becomes what is given. Without, what the spec says
 * stays; else, when it is needed, it is the package. */
int cli_loader(struct ig_spec *spec, struct cli *cli,
	       const struct cli_loader *loader,
	       const struct cli_spec_opts *opts, struct ig_err *err);
/** cli_base_name() - "examples/web.yml" gives "web"; malloc()ed. */
char *cli_base_name(const char *file, struct ig_err *err);

/* ---- cmd_build.c ---- */

struct cli_build {
	const char *arch, *name, *dir, *output, *rules, *compress, *memory;
	const char *size; /* of a disk … */
	uint64_t bytes;	  /* … the same */
	/* REF or "@pkg:DIR"; NULL: the spec's */
	const char *bootloader, *firmware;
	const char *root_fs, *layout;
	const char *sign_key, *sign_cert;
	const char *push; /* REGISTRY/NAME[:TAG] */
	struct cli_list formats, insecure;
	const char *ca_file;
	bool offline, pull, dry_run, prove, no_sbom, strict_labels;
	bool scratch; /* the files are to boot from, nobody asked for them */
	/* receives target.memory of the spec, 0: none; may be NULL */
	unsigned *target_mib;
};
/** cli_build() - the whole pipeline; prints what it made. */
int cli_build(struct cli *cli, const struct cli_build *opts, int n,
	      char **files, struct ig_err *err);

#endif
