/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/run.h>
#include <ingot/str.h>

static void reads_ports(void **state)
{
	static const struct {
		const char *text, *address;
		uint16_t host, guest;
		bool udp;
	} cases[] = {
		{ "8080:80", NULL, 8080, 80, false },
		{ "1:65535", NULL, 1, 65535, false },
		{ "8080:80/tcp", NULL, 8080, 80, false },
		{ "53:5353/udp", NULL, 53, 5353, true },
		{ "0.0.0.0:8080:80", "0.0.0.0", 8080, 80, false },
		{ "127.0.0.2:53:53/udp", "127.0.0.2", 53, 53, true },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_run_port port;
		struct ig_err err = { 0 };
		char text[64];

		snprintf(text, sizeof(text), "%s", cases[i].text);
		assert_int_equal(ig_run_port_parse(&port, text, &err), 0);
		assert_int_equal(port.host, cases[i].host);
		assert_int_equal(port.guest, cases[i].guest);
		assert_int_equal(port.udp, cases[i].udp);
		assert_true(ig_streq(port.host_address, cases[i].address));
	}
}

static void refuses_ports_that_are_none(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "", "HOST:GUEST" },
		{ "80", "HOST:GUEST" },
		{ ":", "'' is not a port" },
		{ "80:", "'' is not a port" },
		{ ":80", "'' is not a port" },
		{ "0:80", "'0' is not a port" },
		{ "80:0", "'0' is not a port" },
		{ "65536:80", "'65536' is not a port" },
		{ "80:99999999999999999999", "is not a port" },
		{ "-1:80", "'-1' is not a port" },
		{ "80:80 ", "'80 ' is not a port" },
		{ "80:80/sctp", "'sctp' is neither tcp nor udp" },
		{ "80:80/", "'' is neither tcp nor udp" },
		{ ":80:80", "'' is not an address" },
		{ "a,hostfwd=x:80:80", "is not an address" },
		{ "host.example:80:80", "is not an address" },
		{ "[::1]:80:80", "is not an address" },
		{ "80:80:80:80", "is not an address" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_run_port port;
		struct ig_err err = { 0 };
		char text[64];

		snprintf(text, sizeof(text), "%s", cases[i].text);
		assert_int_equal(ig_run_port_parse(&port, text, &err), -1);
		assert_int_equal(err.code, IG_EUSAGE);
		if (!strstr(err.msg, cases[i].part))
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

static void reads_disks(void **state)
{
	static const struct {
		const char *text, *path, *format;
		uint64_t mib;
	} cases[] = {
		{ "a.img", "a.img", NULL, 0 },
		{ "a.img,size=512M", "a.img", NULL, 512 },
		{ "a.img,size=2G", "a.img", NULL, 2048 },
		{ "a.img,size=7", "a.img", NULL, 7 },
		{ "size=1G", NULL, NULL, 1024 },
		{ "file=size=1,format=qcow2", "size=1", "qcow2", 0 },
		{ "format=raw,size=1M,a", "a", "raw", 1 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_run_disk disk;
		struct ig_err err = { 0 };
		char text[64];

		snprintf(text, sizeof(text), "%s", cases[i].text);
		assert_int_equal(ig_run_disk_parse(&disk, text, &err), 0);
		assert_true(ig_streq(disk.path, cases[i].path));
		assert_true(ig_streq(disk.format, cases[i].format));
		assert_int_equal(disk.mib, cases[i].mib);
	}
}

static void refuses_disks_that_are_none(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "", "needs a file or a size" },
		{ ",", "needs a file or a size" },
		{ "format=raw", "needs a file or a size" },
		{ "file=", "has no name" },
		{ "a,b", "unknown disk setting 'b'" },
		{ "a,sise=1G", "unknown disk setting 'sise=1G'" },
		{ "a,size=", "is not a size" },
		{ "a,size=G", "is not a size" },
		{ "a,size=0", "is not a size" },
		{ "a,size=1T", "'1T' is not a size" },
		{ "a,size=-1G", "is not a size" },
		{ "a,size=99999999999G", "is not a size" },
		{ "a,format=vmdk", "'vmdk' is neither raw nor qcow2" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_run_disk disk;
		struct ig_err err = { 0 };
		char text[64];

		snprintf(text, sizeof(text), "%s", cases[i].text);
		assert_int_equal(ig_run_disk_parse(&disk, text, &err), -1);
		assert_int_equal(err.code, IG_EUSAGE);
		if (!strstr(err.msg, cases[i].part))
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ports),
		cmocka_unit_test(refuses_ports_that_are_none),
		cmocka_unit_test(reads_disks),
		cmocka_unit_test(refuses_disks_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
