/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel_facts.h"

#include <stdio.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/store.h>

#include "build_internal.h"

#define NAME_ROOM 96

/* A part file of the kernel's, a line end before it. */
static int read_part(struct ig_buf *out, const struct ig_plan *plan,
		     struct ig_store *store, const char *suffix,
		     struct ig_err *err)
{
	ig_autofd int fd = -1;
	uint64_t size;

	if (ig_part_open(&fd, store, plan->kernel->key, suffix, err) < 0 ||
	    ig_size_of(&size, fd, err) < 0)
		return -1;
	if (size >= out->max - 2)
		return ig_fail(err, IG_ELIMIT, "the kernel's %s is too large",
			       suffix);
	if (ig_buf_putc(out, '\n', err) < 0 ||
	    ig_buf_reserve(out, (size_t)size + 1, err) < 0 ||
	    ig_pread_all(fd, out->data + out->len, (size_t)size, 0, err) < 0)
		return -1;
	out->len += (size_t)size;
	out->data[out->len] = '\0';
	return 0;
}

int ig_kernel_facts(struct ig_kernel_facts *out, const struct ig_plan *plan,
		    struct ig_store *store, struct ig_err *err)
{
	if (read_part(&out->config, plan, store, IG_SUFFIX_CONFIG, err) < 0 ||
	    read_part(&out->modules, plan, store, IG_SUFFIX_MODNAMES, err) < 0)
		return -1;
	return 0;
}

void ig_kernel_facts_done(struct ig_kernel_facts *facts)
{
	ig_buf_done(&facts->config);
	ig_buf_done(&facts->modules);
}

/* Whether there is the line @before @name @after. */
static bool has_line(const struct ig_buf *text, const char *before,
		     const char *name, const char *after)
{
	char line[NAME_ROOM];
	int n = snprintf(line, sizeof(line), "\n%s%s%s\n", before, name, after);

	return n > 0 && (size_t)n < sizeof(line) && text->len &&
	       strstr(text->data, line) != NULL;
}

static bool is_empty(const struct ig_buf *text)
{
	return text->len <= 1; /* the line end before it */
}

/* Without a configuration the lists of modules tell as much. */
static enum ig_kernel_has by_modules(const struct ig_kernel_facts *facts,
				     const char *module)
{
	if (!module || is_empty(&facts->modules))
		return IG_KERNEL_UNKNOWN;
	if (has_line(&facts->modules, "b ", module, ""))
		return IG_KERNEL_BUILTIN;
	if (has_line(&facts->modules, "m ", module, ""))
		return IG_KERNEL_MODULE;
	return IG_KERNEL_LACKS;
}

enum ig_kernel_has ig_kernel_has(const struct ig_kernel_facts *facts,
				 const char *option, const char *module)
{
	if (is_empty(&facts->config))
		return by_modules(facts, module);
	if (has_line(&facts->config, "CONFIG_", option, "=y"))
		return IG_KERNEL_BUILTIN;
	if (!module || !has_line(&facts->config, "CONFIG_", option, "=m"))
		return IG_KERNEL_LACKS;
	/* kernel.tar may have been left out */
	return has_line(&facts->modules, "m ", module, "") ? IG_KERNEL_MODULE
							   : IG_KERNEL_LACKS;
}
