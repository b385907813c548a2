/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mountopt.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>

static void words_become_flags_and_data(void **state)
{
	static const struct {
		const char *words[6];
		unsigned long flags;
		unsigned long propagation;
		bool loop;
		const char *data;
	} cases[] = {
		{ { NULL }, 0, 0, false, "" },
		{ { "ro", "nosuid", "nodev", "noexec" },
		  MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  0,
		  false,
		  "" },
		{ { "ro", "rw" }, 0, 0, false, "" },
		{ { "noatime", "atime", "relatime", "norelatime" },
		  0,
		  0,
		  false,
		  "" },
		{ { "nosuid", "suid", "nodev", "dev", "noexec", "exec" },
		  0,
		  0,
		  false,
		  "" },
		{ { "sync", "async", "mand", "nomand", "strictatime",
		    "nostrictatime" },
		  0,
		  0,
		  false,
		  "" },
		{ { "nodiratime", "diratime", "dirsync" },
		  MS_DIRSYNC,
		  0,
		  false,
		  "" },
		{ { "bind" }, MS_BIND, 0, false, "" },
		{ { "rbind", "rshared" },
		  MS_BIND | MS_REC,
		  MS_SHARED | MS_REC,
		  false,
		  "" },
		{ { "remount", "private" }, MS_REMOUNT, MS_PRIVATE, false, "" },
		{ { "slave" }, 0, MS_SLAVE, false, "" },
		{ { "unbindable" }, 0, MS_UNBINDABLE, false, "" },
		{ { "lowerdir=/a", "upperdir=/b", "workdir=/c" },
		  0,
		  0,
		  false,
		  "lowerdir=/a,upperdir=/b,workdir=/c" },
		{ { "defaults", "mode=755", "nosuid", "size=5%" },
		  MS_NOSUID,
		  0,
		  false,
		  "mode=755,size=5%" },
		{ { "loop", "ro" }, MS_RDONLY, 0, true, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char copy[6][64];
		char *words[6];
		struct mountopt o;
		size_t n = 0;

		for (; n < 6 && cases[i].words[n]; n++) {
			snprintf(copy[n], sizeof(copy[n]), "%s",
				 cases[i].words[n]);
			words[n] = copy[n];
		}
		assert_int_equal(mountopt_parse(&o, words, n), 0);
		assert_int_equal(o.flags, cases[i].flags);
		assert_int_equal(o.propagation, cases[i].propagation);
		assert_int_equal(o.loop, cases[i].loop);
		assert_string_equal(o.data, cases[i].data);
	}
}

static void data_that_does_not_fit_is_refused(void **state)
{
	static char word[MOUNTOPT_DATA];
	char *words[] = { word };
	struct mountopt o;

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	assert_int_equal(mountopt_parse(&o, words, 1), -1);
	word[MOUNTOPT_DATA - 2] = '\0';
	assert_int_equal(mountopt_parse(&o, words, 1), 0);
	assert_int_equal(strlen(o.data), MOUNTOPT_DATA - 2);
	char more[] = "y";
	char *two[] = { word, more };

	assert_int_equal(mountopt_parse(&o, two, 2), -1);
}

static void overlay_folders_are_found(void **state)
{
	(void)state;
	assert_string_equal(mountopt_dir("upperdir=/a"), "/a");
	assert_string_equal(mountopt_dir("workdir=/b"), "/b");
	assert_null(mountopt_dir("lowerdir=/c"));
	assert_null(mountopt_dir("upperdir"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_flags_and_data),
		cmocka_unit_test(data_that_does_not_fit_is_refused),
		cmocka_unit_test(overlay_folders_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
