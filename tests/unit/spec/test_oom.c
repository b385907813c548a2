/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>

/* Allocations until one fails; negative: none does. libyaml's own are inside
 * its shared library and do not pass here. */
static long countdown = -1;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static int fails(void)
{
	if (countdown < 0 || countdown-- > 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

static const char text[] =
	"disk: {size: 1G, partitions: [{label: a, format: ext4, type: home, mount: /a, options: [ro]}]}\n"
	"hostname: a\nsysctl: {a.b: '1', c: '2'}\nrandom-seed: /d/seed\n"
	"disks: [{label: d, mount: /d}]\n"
	"mounts: [{type: tmpfs, target: /t, options: [ro]}]\n"
	"init: [a, b]\n"
	"services:\n"
	"- {name: s, image: i, sysctl: {a: b}, mounts: [{type: tmpfs}], uid: s}\n";

static int everything(struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(err);
	struct ig_entry label;

	if (!spec)
		return -1;
	if (ig_spec_add(spec, "a.yml", NULL, text, sizeof(text) - 1, NULL, &out,
			err) < 0 ||
	    ig_spec_finish(spec, err) < 0 ||
	    ig_label_parse(&label, spec, "r", "{\"pid\": \"host\"}", 15, err) <
		    0)
		return -1;
	if (ig_spec_yaml(&out, spec, err) < 0)
		return -1;
	return ig_spec_metadata(&out, spec, "json", NULL, err);
}

static void every_failed_allocation_is_a_clean_error(void **state)
{
	long k = 0;

	(void)state;
	for (;; k++) {
		struct ig_err err = { 0 };
		int rc;

		countdown = k;
		rc = everything(&err);
		if (countdown >= 0) {
			countdown = -1;
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, -1);
		assert_int_equal(err.code, IG_ESYS);
		assert_int_equal(err.sys, ENOMEM);
	}
	assert_true(k > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_a_clean_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
