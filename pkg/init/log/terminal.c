/* SPDX-License-Identifier: Apache-2.0 */
#include "log/terminal.h"

#include "base/sys.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE "firmware/devicetree/base"

__attribute__((format(printf, 2, 3))) static int join(char out[SYS_PATH],
						      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(out, SYS_PATH, fmt, ap);
	va_end(ap);
	return n >= 0 && n < SYS_PATH ? 0 : -1;
}

bool terminal_empty(const char *sys, const char *name)
{
	char path[SYS_PATH];
	char type[16];

	/* PORT_UNKNOWN of the kernel's serial_core.h */
	return join(path, "%s/class/tty/%s/type", sys, name) == 0 &&
	       sys_read(path, type, sizeof(type)) > 0 &&
	       strcmp(type, "0\n") == 0;
}

/* A property that is text, without the options behind a colon. */
static int read_path(char out[SYS_PATH], const char *file)
{
	if (sys_read(file, out, SYS_PATH) <= 0)
		return -1;
	out[strcspn(out, ":")] = '\0';
	return out[0] ? 0 : -1;
}

/* Devicetree Specification, 3.6: a path, or a name of the node /aliases. */
static int find_node(char out[PATH_MAX], const char *sys)
{
	char file[SYS_PATH];
	char text[SYS_PATH];

	if (join(file, "%s/" TREE "/chosen/stdout-path", sys) < 0 ||
	    read_path(text, file) < 0)
		return -1;
	if (text[0] != '/' &&
	    (text[0] == '.' || strchr(text, '/') ||
	     join(file, "%s/" TREE "/aliases/%s", sys, text) < 0 ||
	     read_path(text, file) < 0 || text[0] != '/'))
		return -1;
	return join(file, "%s/" TREE "%s", sys, text) == 0 &&
			       realpath(file, out)
		       ? 0
		       : -1;
}

/* From kernel 6.5 on there are devices between a terminal and its port's, which
 * alone has a node for sure. */
static bool has_node(const char *sys, const char *name, const char *node)
{
	char path[SYS_PATH];
	char device[PATH_MAX];
	char found[PATH_MAX];

	if (join(path, "%s/class/tty/%s/device", sys, name) < 0 ||
	    !realpath(path, device))
		return false;
	for (char *end; (end = strrchr(device, '/')) != NULL; *end = '\0') {
		if (join(path, "%s/of_node", device) == 0 &&
		    realpath(path, found))
			return strcmp(found, node) == 0;
	}
	return false;
}

int terminal_stdout(char out[CMDLINE_NAME], const char *sys)
{
	char node[PATH_MAX];
	char path[SYS_PATH];
	char **names;
	size_t n;
	int rc = -1;

	if (find_node(node, sys) < 0 || join(path, "%s/class/tty", sys) < 0 ||
	    sys_list(path, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && rc < 0; i++) {
		if (strlen(names[i]) < CMDLINE_NAME &&
		    has_node(sys, names[i], node)) {
			snprintf(out, CMDLINE_NAME, "%s", names[i]);
			rc = 0;
		}
	}
	sys_names_free(names, n);
	return rc;
}
