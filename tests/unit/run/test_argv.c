/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/run.h>

#include "run_internal.h"

#define HEAD                                                                   \
	"-name ingot -no-user-config -nodefaults -display none -no-reboot "    \
	"-chardev stdio,id=console,signal=off -serial chardev:console "        \
	"-device virtio-rng-pci -chardev socket,id=control,fd=3 "              \
	"-mon chardev=control,mode=control "
#define AMD64                                                                  \
	"qemu-system-x86_64 -accel tcg -machine q35,sata=off,smbus=off -m 256M -smp 1 " HEAD

static const struct ig_run_port ports[] = {
	{ .host = 8080, .guest = 80 },
	{ .host_address = "0.0.0.0", .host = 53, .guest = 5353, .udp = true },
};
static const struct ig_run_disk disks[] = {
	{ .path = "/data/a,b.img" },
	{ .path = "nbd:x", .format = "qcow2", .readonly = true },
};

static const struct ig_run_channel channels[] = { { "org.a", 50 },
						  { "org.b", 51 } };

static const struct {
	struct ig_run run;
	enum ig_accel accel;
	const char *want;
} cases[] = {
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .initrd = "i",
	    .cmdline = "console=ttyS0 a,b",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -initrd i -append console=ttyS0 a,b" },
	/* a spec for another machine, and one for a screen */
	{ { .arch = "arm64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .cmdline = "console=ttyS0 quiet",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  "qemu-system-aarch64 -accel tcg -machine virt -cpu cortex-a57 "
	  "-m 256M -smp 1 -device virtio-keyboard-pci " HEAD
	  "-kernel k -append console=ttyAMA0 console=ttyS0 quiet" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .cmdline = "",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -append console=ttyS0" },
	{ { .arch = "amd64",
	    .memory_mib = 2048,
	    .cpus = 4,
	    .kernel = "k",
	    .no_network = true },
	  IG_ACCEL_KVM,
	  "qemu-system-x86_64 -accel kvm -machine q35,sata=off,smbus=off -cpu host -m 2048M "
	  "-smp 4 " HEAD "-kernel k" },
	{ { .arch = "arm64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  "qemu-system-aarch64 -accel tcg -machine virt -cpu cortex-a57 "
	  "-m 256M -smp 1 -device virtio-keyboard-pci " HEAD "-kernel k" },
	{ { .arch = "arm64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .no_network = true },
	  IG_ACCEL_KVM,
	  "qemu-system-aarch64 -accel kvm -machine virt -cpu host "
	  "-m 256M -smp 1 -device virtio-keyboard-pci " HEAD "-kernel k" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .qemu = "/opt/my qemu",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  "/opt/my qemu -accel tcg -machine q35,sata=off,smbus=off -m 256M -smp 1 " HEAD
	  "-kernel k" },
	{ { .arch = "amd64", .memory_mib = 256, .cpus = 1, .kernel = "k" },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -netdev user,id=net0 "
		"-device virtio-net-pci,netdev=net0,romfile=" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .ports = ports,
	    .ports_n = 2 },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -netdev user,id=net0"
		",hostfwd=tcp:127.0.0.1:8080-:80"
		",hostfwd=udp:0.0.0.0:53-:5353 "
		"-device virtio-net-pci,netdev=net0,romfile=" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .disks = disks,
	    .disks_n = 2,
	    .no_network = true },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k "
		"-drive file=/data/a,,b.img,format=raw,if=none,id=disk0 "
		"-device virtio-blk-pci,drive=disk0 "
		"-drive file=./nbd:x,format=qcow2,if=none,id=disk1,readonly=on "
		"-device virtio-blk-pci,drive=disk1" },
	/* without a kernel the first disk is booted, by the firmware */
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .disks = disks,
	    .disks_n = 1,
	    .firmware = "/fw/CODE.fd",
	    .firmware_vars = "v,x.fd",
	    .no_network = true },
	  IG_ACCEL_TCG,
	  AMD64 "-drive file=/fw/CODE.fd,format=raw,if=pflash,readonly=on "
		"-drive file=./v,,x.fd,format=raw,if=pflash "
		"-boot menu=on,splash-time=0 "
		"-drive file=/data/a,,b.img,format=raw,if=none,id=disk0 "
		"-device virtio-blk-pci,drive=disk0,bootindex=0" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .no_network = true,
	    .channels = channels,
	    .channels_n = 2 },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -device virtio-serial-pci "
		"-chardev socket,id=channel0,fd=4 "
		"-device virtserialport,chardev=channel0,name=org.a "
		"-chardev socket,id=channel1,fd=5 "
		"-device virtserialport,chardev=channel1,name=org.b" },
	{ { .arch = "amd64",
	    .memory_mib = 256,
	    .cpus = 1,
	    .kernel = "k",
	    .no_network = true,
	    .monitor = 77,
	    .channels = channels,
	    .channels_n = 1 },
	  IG_ACCEL_TCG,
	  AMD64 "-kernel k -chardev socket,id=monitor,fd=4 "
		"-mon chardev=monitor,mode=control -device virtio-serial-pci "
		"-chardev socket,id=channel0,fd=5 "
		"-device virtserialport,chardev=channel0,name=org.a" },
};

static void join(struct ig_buf *out, const struct ig_argv *argv)
{
	struct ig_err err = { 0 };

	for (size_t i = 0; i < argv->n; i++)
		assert_int_equal(ig_buf_printf(out, &err, "%s%s", i ? " " : "",
					       argv->v[i]),
				 0);
	assert_null(argv->v[argv->n]);
}

static void builds_the_command_line_of_a_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_argv_done) struct ig_argv argv = { .n = 0 };
		IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(65536);
		struct ig_err err = { 0 };

		assert_int_equal(ig_qemu_argv(&argv, &cases[i].run,
					      cases[i].accel, &err),
				 0);
		join(&text, &argv);
		assert_string_equal(text.data, cases[i].want);
	}
}

static void a_console_is_wanting_unless_the_line_settles_it(void **state)
{
	static const struct {
		const char *cmdline;
		bool wanting;
	} lines[] = {
		{ "", true },
		{ "quiet panic=5", true },
		{ "console=tty0 quiet", true },
		{ "console=ttyAMA0,115200 console=hvc0", true },
		{ "console=ttyS01", true },
		{ "xconsole=ttyS0", true },
		{ "quiet -- console=ttyS0", true },
		{ "quiet console=ttyS0", false },
		{ "console=ttyS0,115200n8 console=tty0 -- x", false },
		{ "console=tty0 console=ttyS0", false },
		{ "console=uart8250,io,0x3f8", false },
		{ "console=pl011,mmio,0x9000000", false },
		{ "console= quiet", false },
		{ "quiet console=", false },
		{ "console=null", false },
		{ "console=ttynull\n", false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(lines); i++)
		assert_int_equal(ig_serial_wanting(lines[i].cmdline, "ttyS0"),
				 lines[i].wanting);
}

static void refuses_architectures_without_a_machine(void **state)
{
	static const char *const archs[] = { "riscv64", "", "x86_64" };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(archs); i++) {
		struct ig_run run = { .arch = archs[i], .kernel = "k" };
		struct ig_argv argv;
		struct ig_err err = { 0 };

		assert_int_equal(ig_qemu_argv(&argv, &run, IG_ACCEL_TCG, &err),
				 -1);
		assert_int_equal(err.code, IG_EUSAGE);
		assert_non_null(strstr(err.msg, "amd64 and arm64 can run"));
		assert_int_equal(argv.n, 0);
	}
}

static void refuses_what_is_too_long_for_a_command_line(void **state)
{
	static char path[9000];
	static struct ig_run_port many[300];
	struct ig_run_disk disk = { .path = path };
	struct ig_run runs[] = {
		{ .arch = "amd64", .kernel = path },
		{ .arch = "amd64",
		  .kernel = "k",
		  .disks = &disk,
		  .disks_n = 1 },
		{ .arch = "amd64",
		  .kernel = "k",
		  .ports = many,
		  .ports_n = IG_COUNT(many) },
	};

	(void)state;
	memset(path, ',', sizeof(path) - 1);
	for (size_t i = 0; i < IG_COUNT(runs); i++) {
		struct ig_argv argv;
		struct ig_err err = { 0 };

		assert_int_equal(
			ig_qemu_argv(&argv, &runs[i], IG_ACCEL_TCG, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
		assert_int_equal(argv.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_the_command_line_of_a_run),
		cmocka_unit_test(
			a_console_is_wanting_unless_the_line_settles_it),
		cmocka_unit_test(refuses_architectures_without_a_machine),
		cmocka_unit_test(refuses_what_is_too_long_for_a_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
