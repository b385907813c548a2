/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "formats.h"

#define JSON_MAX   (256u << 10)
#define MEMORY_MIB 512u

/* What Firecracker's machine asks of a kernel: its one console, a reset that
 * ends it (there is no ACPI power off), and no search for a PCI bus. */
struct word {
	const char *text;
	const char *begins; /* a word that begins so is as good */
};
static const struct word wanted[] = {
	{ "console=ttyS0", "console=ttyS0" },
	{ "reboot=k", "reboot=" },
	{ "panic=1", "panic=" },
	{ "pci=off", "pci=" },
};

static bool has_word(const char *cmdline, const char *begins)
{
	size_t len = strlen(begins);
	const char *at = cmdline;

	while ((at = strstr(at, begins))) {
		bool first = at == cmdline || at[-1] == ' ' || at[-1] == '\t';
		bool whole = begins[len - 1] == '=' || !at[len] ||
			     strchr(" \t,", at[len]);

		if (first && whole)
			return true;
		at += len;
	}
	return false;
}

/* Words behind "--" are init's, so ours come before it. */
static int add_words(struct ig_buf *out, const char *cmdline,
		     struct ig_err *err)
{
	const char *rest = strstr(cmdline, " -- ");
	size_t len = rest ? (size_t)(rest - cmdline) : strlen(cmdline);
	ig_autofree char *words = ig_strcopy(cmdline, len);

	if (!words)
		return ig_fail_mem(err);
	if (ig_buf_add(out, words, len, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(wanted); i++)
		if (!has_word(words, wanted[i].begins) &&
		    ig_buf_printf(out, err, "%s%s", out->len ? " " : "",
				  wanted[i].text) < 0)
			return -1;
	return ig_buf_puts(out, rest ? rest : "", err);
}

/* "key": "<name><suffix>" */
static int add_text(struct ig_buf *out, const char *key, const char *name,
		    const char *suffix, struct ig_err *err)
{
	ig_autofree char *text = ig_format(err, "%s%s", name, suffix);

	if (!text || ig_buf_printf(out, err, "    \"%s\": ", key) < 0)
		return -1;
	return ig_json_string(out, text, err);
}

static int write_config(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(JSON_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf args = IG_BUF_INIT(JSON_MAX);
	const char *name = c->opts->name;
	unsigned memory = c->opts->memory_mib;

	if (add_words(&args, c->boot.cmdline, err) < 0 ||
	    ig_buf_puts(&json, "{\n  \"boot-source\": {\n", err) < 0 ||
	    add_text(&json, "kernel_image_path", name, "-vmlinux", err) < 0 ||
	    ig_buf_puts(&json, ",\n", err) < 0 ||
	    add_text(&json, "initrd_path", name, "-initrd.img", err) < 0 ||
	    ig_buf_puts(&json, ",\n", err) < 0 ||
	    add_text(&json, "boot_args", args.data, "", err) < 0 ||
	    ig_buf_printf(&json, err,
			  "\n  },\n"
			  "  \"drives\": [],\n"
			  "  \"machine-config\": {\n"
			  "    \"vcpu_count\": 1,\n"
			  "    \"mem_size_mib\": %u\n"
			  "  }\n}\n",
			  memory ? memory : MEMORY_MIB) < 0)
		return -1;
	return ig_compose_text(c, "-firecracker.json", json.data, err);
}

static int write_firecracker(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *kernel = NULL;

	if (ig_compose_need_kernel(c, err) < 0 ||
	    ig_kernel_plain(&kernel, c, err) < 0 ||
	    ig_compose_rope(c, "-vmlinux", kernel, err) < 0 ||
	    ig_compose_rope(c, "-initrd.img", c->boot.initrd, err) < 0)
		return -1;
	return write_config(c, err);
}

const struct ig_build_format ig_format_firecracker = {
	.name = "firecracker",
	.files = "NAME-vmlinux NAME-initrd.img NAME-firecracker.json",
	.purpose = "for Firecracker and other monitors that boot an ELF kernel",
	.arches = "amd64 arm64",
	.want = IG_WANT_CPIO,
	.need = IG_NEED_KERNEL,
	.stream = false,
	.write = write_firecracker,
};
