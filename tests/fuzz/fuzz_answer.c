/* SPDX-License-Identifier: Apache-2.0 */
/* What the host reads of a guest's agent, and what it says about it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/str.h>

#include "suite_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *why)
{
	for (const char *c = why; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			abort();
	if (strlen(why) >= IG_SUITE_REASON || !ig_utf8_ok(why, strlen(why)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ig_test_exec exec = { .set = true, .output = "ok" };
	static const struct ig_test_exit exit_ = { .set = true, .onboot = "s" };
	static const struct ig_test_file file = {
		.set = true, .path = "/x", .mode = "0644", .contents = "a|b"
	};
	static const struct ig_test_memory memory = { .set = true,
						      .below = "1M",
						      .bytes = 1u << 20 };
	char why[IG_SUITE_REASON] = "";
	size_t seen = 0;
	struct answer got;

	judge_lines("^a.*b$", (const char *)data, size, &seen);
	if (seen > size)
		abort();
	if (answer_parse(&got, (const char *)data, size) < 0)
		return 0;
	judge_exec(why, &exec, &got);
	check(why);
	judge_exit(why, &exit_, &got);
	check(why);
	judge_file(why, &file, &got);
	check(why);
	judge_memory(why, &memory, &got);
	check(why);
	answer_done(&got);
	return 0;
}
