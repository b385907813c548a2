/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#include "format/measurements.h"

#define X(n)   n n n n n n n n
#define HEX(n) X(n) X(n) X(n) X(n)
#define ZERO   HEX("00")
#define REST                                                                   \
	"  \"kernel\": {\n"                                                    \
	"    \"digest\": \"sha256:" HEX(                                       \
		"04") "\",\n"                                                  \
		      "    \"size\": 7\n"                                      \
		      "  },\n"                                                 \
		      "  \"initrd\": {\n"                                      \
		      "    \"digest\": \"sha256:" HEX(                         \
			      "05") "\",\n"                                    \
				    "    \"size\": 8\n"                        \
				    "  }\n"                                    \
				    "}\n"
#define PCRS(name, pcr4)                                                       \
	"  \"" name "\": {\n"                                                  \
	"    \"sha256\": {\n" pcr4                                             \
	"      \"11\": \"" HEX("03") "\",\n"                                   \
				     "      \"12\": \"" ZERO "\"\n"            \
				     "    }\n"                                 \
				     "  },\n"
#define PCR4(n) "      \"4\": \"" HEX(n) "\",\n"
#define HEAD                                                                   \
	"{\n"                                                                  \
	"  \"image\": \"abc\",\n"                                              \
	"  \"uki\": {\n"                                                       \
	"    \"authenticode\": \"sha256:" HEX("01") "\"\n"                     \
						    "  },\n"

static void expect(const struct ig_measurements *m, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);

	assert_int_equal(ig_measurements_json(&out, m, &t_err), 0);
	assert_int_equal(ig_buf_putc(&out, '\0', &t_err), 0);
	assert_string_equal(out.data, want);
}

static void writes_what_is_known(void **state)
{
	struct ig_measurements m = { .image = "abc",
				     .kernel_size = 7,
				     .initrd_size = 8 };

	(void)state;
	memset(m.uki, 1, 32);
	memset(m.pcr4, 2, 32);
	memset(m.pcr4_off, 6, 32);
	memset(m.pcr11, 3, 32);
	memset(m.kernel, 4, 32);
	memset(m.initrd, 5, 32);
	expect(&m, HEAD PCRS("pcrs", PCR4("06"))
			   PCRS("pcrs-secure-boot", PCR4("02")) REST);
	m.roothash = "f00d";
	expect(&m, HEAD PCRS("pcrs", PCR4("06"))
			   PCRS("pcrs-secure-boot",
				PCR4("02")) "  \"verity\": {\n"
					    "    \"roothash\": \"f00d\"\n"
					    "  },\n" REST);
	m.roothash = NULL;
	m.no_pcr4_off = true;
	expect(&m,
	       HEAD PCRS("pcrs", "") PCRS("pcrs-secure-boot", PCR4("02")) REST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
