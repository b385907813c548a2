/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_test.h"

static void knows_the_layers_that_can_be_unpacked(void **state)
{
	static const struct {
		const char *type;
		bool layer;
	} cases[] = {
		{ "application/vnd.oci.image.layer.v1.tar", true },
		{ "application/vnd.oci.image.layer.v1.tar+gzip", true },
		{ "application/vnd.oci.image.layer.v1.tar+zstd", true },
		{ "application/vnd.docker.image.rootfs.diff.tar.gzip", true },
		{ "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
		  false },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar",
		  false },
		{ "application/vnd.oci.image.layer.v1.tar+encrypted", false },
		{ "text/plain", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (media_is_layer(cases[i].type) != cases[i].layer)
			fail_msg("%s", cases[i].type);
	}
}

static void knows_the_configs_of_images(void **state)
{
	(void)state;
	assert_true(media_is_config(IG_MEDIA_CONFIG));
	assert_true(media_is_config(
		"application/vnd.docker.container.image.v1+json"));
	assert_false(media_is_config("application/vnd.oci.empty.v1+json"));
}

static void masks_what_a_terminal_would_act_on(void **state)
{
	char out[SHOW_MAX];
	char text[2 * SHOW_MAX];

	(void)state;
	assert_string_equal(show(out, "a\x1b[1m\r\n\x7f\xc3\xa4"),
			    "a?[1m?????");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(strlen(show(out, text)), SHOW_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_layers_that_can_be_unpacked),
		cmocka_unit_test(knows_the_configs_of_images),
		cmocka_unit_test(masks_what_a_terminal_would_act_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
