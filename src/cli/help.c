/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/str.h>

#include "cli.h"

#define COLUMN 26

static void print_option(const struct cli_option *o)
{
	char left[64];
	int n;

	if (!o->help)
		return;
	if (o->letter)
		n = snprintf(left, sizeof(left), "  -%c, --%s%s%s", o->letter,
			     o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	else
		n = snprintf(left, sizeof(left), "      --%s%s%s", o->name,
			     o->arg ? " " : "", o->arg ? o->arg : "");
	if (n < COLUMN)
		printf("%-*s %s\n", COLUMN, left, o->help);
	else
		printf("%s\n%-*s %s\n", left, COLUMN, "", o->help);
}

static void print_options(const char *title, const struct cli_option *options)
{
	if (!options || !options->name)
		return;
	printf("\n%s:\n", title);
	for (; options->name; options++)
		print_option(options);
}

static void print_indented(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("  %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void print_commands(const struct cli_command *const *list)
{
	for (; *list; list++)
		printf("  %-10s %s\n", (*list)->name, (*list)->brief);
}

void cli_help(const struct cli_command *cmd, const char *path)
{
	printf("usage: ingot %s%s%s\n\n%s.\n", path, *cmd->usage ? " " : "",
	       cmd->usage, cmd->brief);
	if (cmd->about)
		printf("\n%s\n", cmd->about);
	if (cmd->sub) {
		printf("\nCommands:\n");
		print_commands(cmd->sub);
	}
	if (cmd->options)
		print_options("Options", cmd->options());
	print_options("Options of every command", cli_global);
	if (cmd->examples) {
		printf("\nExamples:\n");
		print_indented(cmd->examples);
	}
}

void cli_help_all(void)
{
	printf("usage: ingot COMMAND [OPTION]… [ARGUMENT]…\n\n"
	       "Turns OCI images (kernel, init, services) into one bootable, "
	       "immutable image.\n\nCommands:\n");
	print_commands(cli_commands);
	print_options("Options of every command", cli_global);
	printf("\nExamples:\n"
	       "  ingot run examples/web.yml --publish 8080:80\n"
	       "  ingot build --format tar --output web.tar web.yml\n"
	       "  ingot cache import images.tar\n"
	       "\n'ingot COMMAND --help' says more of one command.\n");
}
