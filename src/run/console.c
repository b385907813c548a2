/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/str.h>

#include "run_internal.h"

/* "[   12.345678] " in front of kernel lines; NULL: not such a line. */
static const char *skip_stamp(const char *line)
{
	if (*line != '[')
		return NULL;
	line++;
	line += strspn(line, " 0123456789.");
	if (*line != ']' || line[1] != ' ')
		return NULL;
	return line + 2;
}

enum ig_console_sign ig_console_sign(const char *line)
{
	/* Services cannot forge these: PID 1 puts their name in front of
	 * what they print. */
	const char *text = skip_stamp(line);

	if (!text)
		return IG_SIGN_NONE;
	/* The second is of the panic's end: the first may stand behind a
	 * prompt that has no line end. */
	if (ig_starts(text, "Kernel panic - not syncing") ||
	    ig_starts(text, "---[ end Kernel panic") ||
	    ig_starts(text, "init: fatal: reboot in"))
		return IG_SIGN_PANIC;
	if (ig_starts(text, "reboot: Restarting system") ||
	    ig_starts(text, "init: rebooting"))
		return IG_SIGN_REBOOT;
	if (ig_starts(text, "reboot: Power down") ||
	    ig_starts(text, "init: powering off"))
		return IG_SIGN_OFF;
	if (ig_starts(text,
		      "init: fatal: the initrd was not unpacked completely"))
		return IG_SIGN_INCOMPLETE;
	return IG_SIGN_NONE;
}

static void hand_record(const struct ig_console *c)
{
	static const char mark[] = "init: report ";
	const char *text = skip_stamp(c->line);

	if (c->record && text && ig_starts(text, mark))
		c->record(c->ctx, text + strlen(mark));
}

static void end_line(struct ig_console *c)
{
	c->line[c->len] = '\0';
	c->len = 0;
	hand_record(c);
	switch (ig_console_sign(c->line)) {
	case IG_SIGN_PANIC:
		c->panicked = true;
		break;
	case IG_SIGN_OFF:
		c->off = true;
		break;
	case IG_SIGN_REBOOT:
		c->reboot = true;
		break;
	case IG_SIGN_INCOMPLETE:
		c->incomplete = true;
		break;
	case IG_SIGN_NONE:
		break;
	}
}

/* A lone CR ends no line: a service could print one, and what follows would
 * look like a line of the kernel. */
void ig_console_feed(struct ig_console *c, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			end_line(c);
		} else if (data[i] == '\r' && !c->len) {
			continue; /* LF CR */
		} else if (c->len < sizeof(c->line) - 1) {
			c->line[c->len++] = data[i];
		}
	}
}
