/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys.h"
#include "boot/harden.h"
#include "boot/images.h"
#include "boot/panic.h"
#include "boot/power.h"
#include "boot/root.h"
#include "boot/stage1.h"
#include "boot/volumes.h"
#include "control/agent.h"
#include "control/ctlmain.h"
#include "disk/setup.h"
#include "log/log.h"
#include "log/logconf.h"
#include "log/logmain.h"
#include "modules/modules.h"
#include "network/daemon.h"
#include "service/cgroup.h"
#include "service/native.h"
#include "service/super.h"
#include "service/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARKER "/.ingot-complete"

/* A fault in PID 1 must not end as a kernel panic without a word. */
static void on_fault(int sig)
{
	/* a second fault, in here, is the kernel's: it panics */
	log_die(RB_AUTOBOOT, "fatal: fault in init, signal %d", sig);
}

static void catch_faults(void)
{
	static const int list[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction sa = { .sa_handler = on_fault };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		sigaction(list[i], &sa, NULL);
}

/* The kernel starts /init even when unpacking stopped half-way. */
static void check_complete(void)
{
	char id[128];

	if (sys_read(MARKER, id, sizeof(id)) < 0)
		log_die(RB_POWER_OFF,
			"fatal: the initrd was not unpacked completely: '%s' is missing; give the machine more memory, or the image is damaged",
			MARKER);
	id[strcspn(id, "\n")] = '\0';
	log_info("image %s", id);
}

static void run_init(char **argv)
{
	struct boot_times times = { .init = now_us() };
	bool in_memory = root_in_memory();
	sigset_t set;

	umask(022);
	sys_stdio();
	catch_faults();
	if (stage1_is())
		stage1_run(argv);
	times.kernel = stage1_began(times.init);
	super_signals(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	reboot(RB_DISABLE_CAD);
	int rebound = in_memory ? root_rebind() : 0;
	int why = errno;

	root_mounts();
	cgroup_delegate();
	panic_settings();
	logconf_load();
	log_open();
	if (rebound < 0)
		log_die(RB_AUTOBOOT, "fatal: bind '/': %s", strerror(why));
	if (in_memory)
		check_complete();
	root_settings();
	harden_apply();
	times.plug = now_us();
	watchdog_open();
	modules_coldplug();
	/* consoles such as hvc0 come with their module */
	log_open();
	times.modules = now_us();
	root_mounts_late();
	images_mount();
	modules_end();
	volumes_mount();
	setup_run();
	/* with the host name and the settings that those above have given */
	natives_start();
	times.mounts = now_us();
	agent_start();
	super_run(times);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";

	if (strcmp(name, "modprobe") == 0)
		return modules_main(argc, argv);
	if (strcmp(name, "ingot-agent") == 0)
		return agent_main();
	if (strcmp(name, "poweroff") == 0 || strcmp(name, "halt") == 0 ||
	    strcmp(name, "reboot") == 0)
		return power_main(name, argc, argv);
	if (strcmp(name, "ingot-ctl") == 0)
		return ctl_main(argc, argv);
	if (strcmp(name, "ingot-logs") == 0)
		return logs_main(argc, argv);
	if (strcmp(name, "network") == 0)
		return network_main();
	if (getpid() != 1) {
		complain(
			"init: this is process 1's program; others are ingot-ctl, modprobe, poweroff, reboot, halt");
		return 1;
	}
	run_init(argv);
	return 1;
}
