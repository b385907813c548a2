/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "run_internal.h"

static struct termios saved;
static volatile int changed;

void ig_terminal_raw(void)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &saved) < 0)
		return;
	raw = saved;
	cfmakeraw(&raw);
	/* The guest's lines end in CR LF already; ours need the CR. */
	raw.c_oflag |= OPOST | ONLCR;
	changed = 1;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

void ig_terminal_restore(void)
{
	int keep = errno;

	if (changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	changed = 0;
	errno = keep;
}
