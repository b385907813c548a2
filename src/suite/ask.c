/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>

#include "suite_internal.h"

#define REQUEST_MAX (32u << 10)

static int put(struct ig_buf *out, const char *before, const char *text,
	       struct ig_err *err)
{
	return ig_buf_puts(out, before, err) < 0
		       ? -1
		       : ig_json_string(out, text, err);
}

static int put_exec(struct ig_buf *out, const struct ig_test_exec *exec,
		    struct ig_err *err)
{
	if (put(out, "\"exec\":{\"service\":", exec->service, err) < 0)
		return -1;
	for (size_t i = 0; i < exec->command.n; i++)
		if (put(out, i ? "," : ",\"command\":[", exec->command.v[i],
			err) < 0)
			return -1;
	return ig_buf_puts(out, "]}", err);
}

static int put_file(struct ig_buf *out, const struct ig_test_file *file,
		    struct ig_err *err)
{
	if (put(out, "\"file\":{\"path\":", file->path, err) < 0 ||
	    (file->service &&
	     put(out, ",\"service\":", file->service, err) < 0))
		return -1;
	return ig_buf_puts(out, "}", err);
}

/* A step's bundle has its number in its name. */
static int put_exit(struct ig_buf *out, const struct ig_test_exit *exit,
		    struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf name = IG_BUF_INIT(1024);
	const char *kind = exit->onboot ? "onboot" : "services";

	if (exit->onboot &&
	    ig_buf_printf(&name, err, "%03zu-%s", exit->step, exit->onboot) < 0)
		return -1;
	if (put(out, "\"exit\":{\"kind\":", kind, err) < 0 ||
	    put(out, ",\"name\":", exit->onboot ? name.data : exit->service,
		err) < 0)
		return -1;
	return ig_buf_puts(out, "}", err);
}

static int put_request(struct ig_buf *out, const struct ig_test *test,
		       struct ig_err *err)
{
	if (test->exec.set)
		return put_exec(out, &test->exec, err);
	if (test->file.set)
		return put_file(out, &test->file, err);
	if (test->exit.set)
		return put_exit(out, &test->exit, err);
	return ig_buf_puts(out, "\"memory\":{}", err);
}

static enum verdict judge(const struct ig_test *test, const struct answer *got,
			  char why[IG_SUITE_REASON])
{
	if (test->exec.set)
		return judge_exec(why, &test->exec, got);
	if (test->file.set)
		return judge_file(why, &test->file, got);
	if (test->exit.set)
		return judge_exit(why, &test->exit, got);
	return judge_memory(why, &test->memory, got);
}

enum verdict ask_try(struct kase *kase, int64_t until,
		     char why[IG_SUITE_REASON])
{
	IG_AUTO(ig_buf_done) struct ig_buf request = IG_BUF_INIT(REQUEST_MAX);
	IG_AUTO(answer_done) struct answer got = { 0 };
	struct boot *boot = kase->boot;
	struct ig_err err = { 0 };

	if (put_request(&request, kase->test, &err) < 0) {
		reason_set(why, "%s", err.msg);
		return VERDICT_NEVER;
	}
	if (agent_ask(&got, &boot->agent, request.data, until, &boot->over,
		      why) < 0)
		return VERDICT_AGAIN;
	return judge(kase->test, &got, why);
}
