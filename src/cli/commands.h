/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_COMMANDS_H
#define IG_CLI_COMMANDS_H

struct cli_command;

extern const struct cli_command cmd_build;
extern const struct cli_command cmd_cache;
extern const struct cli_command cmd_cache_import;
extern const struct cli_command cmd_cache_export;
extern const struct cli_command cmd_formats;
extern const struct cli_command cmd_keys;
extern const struct cli_command cmd_pkg;
extern const struct cli_command cmd_run;
extern const struct cli_command cmd_test;
extern const struct cli_command cmd_version;

#endif
