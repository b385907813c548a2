/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "formats.h"

#define SCRIPT_MAX (64u << 10)

/* Names are resolved against the script's own URI; no escaping is needed of
 * these (RFC 3986, "unreserved"), and spaces would end the word. */
static int check_name(const char *name, struct ig_err *err)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	if (name[strspn(name, plain)])
		return ig_fail(
			err, IG_EUSAGE,
			"an iPXE script cannot name '%s': give --name letters, digits, '-', '.' and '_' only",
			name);
	return 0;
}

/* iPXE has no quotes: these words end or join commands, and ${} expands. */
static bool is_special(const char *word, size_t len)
{
	static const char *const special[] = { "#", "&&", "||", ";" };

	for (size_t i = 0; i < IG_COUNT(special); i++)
		if (len == strlen(special[i]) && !memcmp(word, special[i], len))
			return true;
	return false;
}

static int check_cmdline(const char *text, struct ig_err *err)
{
	if (strpbrk(text, "\r\n") || strstr(text, "${"))
		return ig_fail(
			err, IG_ESPEC,
			"kernel.cmdline has a line break or '${', which an iPXE script cannot hold");
	while (*text) {
		size_t len = strcspn(text, " \t");

		if (is_special(text, len))
			return ig_fail(
				err, IG_ESPEC,
				"kernel.cmdline has the word '%.*s', which iPXE takes for its own",
				(int)len, text);
		text += len;
		text += strspn(text, " \t");
	}
	return 0;
}

static int write_script(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(SCRIPT_MAX);
	const char *name = c->opts->name, *cmdline = c->boot.cmdline;

	/* Under UEFI the kernel finds its initrd by the word initrd=. */
	if (ig_buf_printf(&text, err,
			  "#!ipxe\n"
			  "kernel %s-kernel initrd=%s-initrd.img%s%s\n"
			  "initrd %s-initrd.img\n"
			  "boot\n",
			  name, name, *cmdline ? " " : "", cmdline, name) < 0)
		return -1;
	return ig_compose_text(c, ".ipxe", text.data, err);
}

static int write_pxe(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_need_kernel(c, err) < 0 ||
	    check_name(c->opts->name, err) < 0 ||
	    check_cmdline(c->boot.cmdline, err) < 0 ||
	    ig_compose_rope(c, "-kernel", c->boot.kernel, err) < 0 ||
	    ig_compose_rope(c, "-initrd.img", c->boot.initrd, err) < 0)
		return -1;
	return write_script(c, err);
}

const struct ig_build_format ig_format_pxe = {
	.name = "pxe",
	.files = "NAME-kernel NAME-initrd.img NAME.ipxe",
	.purpose = "for iPXE: a folder of a web server",
	.want = IG_WANT_CPIO,
	.need = IG_NEED_KERNEL,
	.stream = false,
	.write = write_pxe,
};
