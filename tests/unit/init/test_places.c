/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/places.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../../support/scratch.h"

#define DEV "{\"destination\": \"/dev\"}"

static bool ready(const char *config)
{
	return places_ready("root", config, strlen(config));
}

static int make_root(void **state)
{
	if (scratch_setup(state) < 0 || mkdir("root", 0755) < 0 ||
	    mkdir("root/dev", 0755) < 0 || mkdir("root/run", 0755) < 0 ||
	    symlink("/run", "root/link") < 0 ||
	    symlink("/../../etc", "root/out") < 0)
		return -1;
	return mkdir("outside", 0755);
}

static void what_is_there_is_found(void **state)
{
	(void)state;
	assert_true(ready("{\"mounts\": [" DEV
			  "], \"process\": {\"cwd\": \"/run\"}}"));
	assert_true(ready("{\"process\": {\"args\": [\"x\"], \"cwd\": \"/\"}, "
			  "\"mounts\": [" DEV
			  ", {\"type\": \"tmpfs\", \"destination\": \"/run\"}"
			  "]}"));
	/* by a link, as the container sees it */
	assert_true(ready("{\"mounts\": [" DEV ", {\"destination\": \"/link\"}"
			  "], \"process\": {\"cwd\": \"/\"}}"));
}

static void what_lies_in_a_mount_is_made_there(void **state)
{
	(void)state;
	assert_true(ready("{\"mounts\": [" DEV
			  ", {\"destination\": \"/dev/pts\"}"
			  "], \"process\": {\"cwd\": \"/dev/shm\"}}"));
	/* but not before that mount is */
	assert_false(ready("{\"mounts\": [{\"destination\": \"/dev/pts\"}, " DEV
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV
			   ", {\"destination\": \"/devices\"}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
}

static void what_is_missing_is_missed(void **state)
{
	(void)state;
	assert_false(ready("{\"mounts\": [" DEV ", {\"destination\": \"/data\"}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV
			   "], \"process\": {\"cwd\": \"/srv\"}}"));
	/* links lead nowhere else */
	assert_false(ready("{\"mounts\": [" DEV
			   ", {\"destination\": \"/../outside\"}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV ", {\"destination\": \"/out\"}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	/* the devices are made in the image's own folder */
	assert_false(ready("{\"mounts\": [{\"destination\": \"/run\"}], "
			   "\"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV "]}"));
	assert_false(places_ready("nothing", "{}", 2));
}

static void what_is_not_understood_is_missed(void **state)
{
	(void)state;
	assert_false(ready(""));
	assert_false(ready("{\"mounts\": [" DEV ", {}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV ", {\"destination\": \"run\"}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV ", {\"destination\": 1}"
			   "], \"process\": {\"cwd\": \"/\"}}"));
	assert_false(ready("{\"mounts\": [" DEV));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_there_is_found,
						make_root, scratch_teardown),
		cmocka_unit_test_setup_teardown(
			what_lies_in_a_mount_is_made_there, make_root,
			scratch_teardown),
		cmocka_unit_test_setup_teardown(what_is_missing_is_missed,
						make_root, scratch_teardown),
		cmocka_unit_test_setup_teardown(
			what_is_not_understood_is_missed, make_root,
			scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
