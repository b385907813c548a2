/* SPDX-License-Identifier: Apache-2.0 */
#include "tests.h"

/* The section `tests`, in the order of enum ig_test_kind. */

#define PORT(T)                                                                \
	{                                                                      \
		.key = "port", .kind = IG_K_INT, .flags = IG_F_REQUIRED,       \
		.at = offsetof(T, port), .min = 1, .max = 65535                \
	}
#define CODE(T)                                                                \
	{                                                                      \
		.key = "code", .kind = IG_K_OPT_INT, .at = offsetof(T, code),  \
		.max = 255                                                     \
	}
#define REGEX(k, T, M)                                                         \
	{                                                                      \
		.key = (k), .kind = IG_K_STR, .at = offsetof(T, M),            \
		.check = ig_check_test_regex                                   \
	}

static const struct ig_field http_fields[] = {
	PORT(struct ig_test_http),
	{ .key = "path",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_http, path),
	  .check = ig_check_test_url },
	{ .key = "host",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_http, host),
	  .check = ig_check_test_host },
	{ .key = "status",
	  .kind = IG_K_OPT_INT,
	  .at = offsetof(struct ig_test_http, status),
	  .min = 100,
	  .max = 599 },
	REGEX("body", struct ig_test_http, body),
	IG_FIELDS_END
};
static const struct ig_object http_object = {
	.size = sizeof(struct ig_test_http),
	.fields = http_fields,
};

static const struct ig_field tcp_fields[] = { PORT(struct ig_test_tcp),
					      IG_FIELDS_END };
static const struct ig_object tcp_object = {
	.size = sizeof(struct ig_test_tcp),
	.fields = tcp_fields,
};

static const struct ig_field exec_fields[] = {
	{ .key = "service",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_test_exec, service),
	  .pos_at = offsetof(struct ig_test_exec, pos) + 1 },
	{ .key = "command",
	  .kind = IG_K_STRS,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_test_exec, command) },
	CODE(struct ig_test_exec),
	REGEX("stdout", struct ig_test_exec, output),
	IG_FIELDS_END
};
static const struct ig_object exec_object = {
	.size = sizeof(struct ig_test_exec),
	.fields = exec_fields,
	.check = ig_check_test_exec,
};

static const struct ig_field exit_fields[] = {
	{ .key = "onboot",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_exit, onboot),
	  .pos_at = offsetof(struct ig_test_exit, onboot_pos) + 1 },
	{ .key = "service",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_exit, service),
	  .pos_at = offsetof(struct ig_test_exit, service_pos) + 1 },
	CODE(struct ig_test_exit),
	IG_FIELDS_END
};
static const struct ig_object exit_object = {
	.size = sizeof(struct ig_test_exit),
	.fields = exit_fields,
	.check = ig_check_test_exit,
};

static const struct ig_field test_file_fields[] = {
	{ .key = "service",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_file, service),
	  .pos_at = offsetof(struct ig_test_file, pos) + 1 },
	{ .key = "path",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_test_file, path),
	  .check = ig_check_test_path },
	REGEX("contents", struct ig_test_file, contents),
	{ .key = "mode",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test_file, mode),
	  .check = ig_check_file_mode },
	IG_FIELDS_END
};
static const struct ig_object test_file_object = {
	.size = sizeof(struct ig_test_file),
	.fields = test_file_fields,
};

static const struct ig_field memory_fields[] = {
	{ .key = "below",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_test_memory, below),
	  .check = ig_check_size },
	IG_FIELDS_END
};
static const struct ig_object memory_object = {
	.size = sizeof(struct ig_test_memory),
	.fields = memory_fields,
};

#define KIND(k, M, o) IG_OBJ(k, struct ig_test, M, o, M.set)

static const struct ig_field test_fields[] = {
	{ .key = "name",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_test, name),
	  .check = ig_check_test_name },
	{ .key = "within",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_test, within),
	  .check = ig_check_test_within },
	IG_VALUE("after-reboot", IG_K_BOOL, struct ig_test, after_reboot),
	KIND("http", http, &http_object),
	KIND("tcp", tcp, &tcp_object),
	REGEX("console", struct ig_test, console),
	KIND("exec", exec, &exec_object),
	KIND("exit", exit, &exit_object),
	KIND("file", file, &test_file_object),
	KIND("memory", memory, &memory_object),
	IG_FIELDS_END
};
const struct ig_object ig_schema_test = {
	.size = sizeof(struct ig_test),
	.pos_at = offsetof(struct ig_test, pos) + 1,
	.fields = test_fields,
	.check = ig_check_test,
};
