/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe: what this process is and may do, a line "KEY = VALUE" each. VALUE of
 * an attempt is "yes", or the name of the error. tests/boot/safe.sh compares
 * them with docs/security.md. "probe WHAT" misuses something, see misuse.c.
 */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files ---- */

static int is_device(const struct dirent *e)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof(path), "/dev/%s", e->d_name);
	return lstat(path, &st) == 0 &&
	       (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode));
}

static void say_devices(void)
{
	struct dirent **list;
	int n = scandir("/dev", &list, is_device, alphasort);

	printf("devices =");
	for (int i = 0; i < n; i++)
		printf(" %s", list[i]->d_name);
	puts(n > 0 ? "" : " none");
}

/* Opens only: what is there stays as it is. */
static int try_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int try_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	return unlink(path);
}

/* "hidden" files are empty. */
static const char *see(const char *path)
{
	char byte;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_name(errno);
	if (S_ISDIR(st.st_mode)) {
		close(fd);
		/* a file system has few links where nothing is in it */
		return st.st_nlink > 2 ? "yes" : "hidden";
	}
	n = read(fd, &byte, 1);
	close(fd);
	return n < 0 ? error_name(errno) : n == 0 ? "hidden" : "yes";
}

static void say(const char *what, const char *path, int result)
{
	printf("%s %s = %s\n", what, path,
	       result < 0 ? error_name(errno) : "yes");
}

static void say_files(void)
{
	static const char *const writes[] = {
		"/proc/sys/kernel/core_pattern",
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sysrq-trigger",
		"/sys/kernel/rcu_expedited",
	};
	static const char *const reads[] = {
		"/proc/kcore",
		"/proc/keys",
		"/proc/timer_list",
		"/sys/firmware",
	};

	say("create", "/probe.new", try_create("/probe.new"));
	say("create", "/dev/probe.new", try_create("/dev/probe.new"));
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		say("write", writes[i], try_write(writes[i]));
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		printf("read %s = %s\n", reads[i], see(reads[i]));
	say_devices();
	say("open", "/dev/null", try_write("/dev/null"));
}

/* ---- attempts; each in a process of its own ---- */

static long try_mount(void)
{
	return mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
}

static long try_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static long try_mounts(void)
{
	return unshare(CLONE_NEWNS);
}

/* by the register alone: no second process is wanted */
static long try_clone(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_clone3(void)
{
	return syscall(SYS_clone3, NULL, 0);
}

static long try_new(void)
{
	return syscall(999, 0);
}

static long try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_peek(void)
{
	return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
}

static long try_bpf(void)
{
	uint32_t map[32] = { 2, 4, 4, 1 }; /* an array of one number */

	return syscall(SYS_bpf, 0, map, 72);
}

static long try_counter(void)
{
	/* the software clock of this process */
	uint64_t attr[16] = { 1 | (uint64_t)128 << 32 };

	return syscall(SYS_perf_event_open, attr, 0, -1, -1, 0);
}

static long try_ring(void)
{
	return syscall(SYS_io_uring_setup, 0, NULL);
}

static long try_faults(void)
{
	return syscall(SYS_userfaultfd, 0);
}

static long try_socket(int family, int type)
{
	return socket(family, type, 0);
}

static long try_alg(void)
{
	return try_socket(AF_ALG, SOCK_SEQPACKET);
}

/* The kernel looks at 32 bits, a filter sees 64. */
static long try_alg_high(void)
{
	return syscall(SYS_socket, AF_ALG | 1l << 32, SOCK_SEQPACKET, 0);
}

static long try_vsock(void)
{
	return try_socket(AF_VSOCK, SOCK_STREAM);
}

static long try_packet(void)
{
	return try_socket(AF_PACKET, SOCK_RAW);
}

static long try_inet(void)
{
	return try_socket(AF_INET, SOCK_STREAM);
}

static long try_unix(void)
{
	return try_socket(AF_UNIX, SOCK_STREAM);
}

static long try_netlink(void)
{
	return try_socket(AF_NETLINK, SOCK_RAW);
}

static long try_keyctl(void)
{
	return syscall(SYS_keyctl, 0, -3, 1); /* the session's keyring */
}

static long try_add_key(void)
{
	return syscall(SYS_add_key, "user", "probe", "x", 1, -3);
}

static long try_kexec(void)
{
	return syscall(SYS_kexec_load, 0, 17, NULL, 0);
}

static long try_module(void)
{
	return syscall(SYS_init_module, NULL, 0, "");
}

static long try_mknod(void)
{
	int result = mknod("/tmp/mem", S_IFCHR | 0600, makedev(1, 1));

	return result < 0 ? -1 : unlink("/tmp/mem");
}

/* The number is not the one that a reboot asks for. */
static long try_reboot(void)
{
	return syscall(SYS_reboot, 0, 0, 0, NULL);
}

static long try_hostname(void)
{
	return syscall(SYS_sethostname, "probe", -1);
}

static long try_clock(void)
{
	return syscall(SYS_clock_settime, 7 /* boot time: nobody can */, NULL);
}

static long try_log(void)
{
	return syscall(SYS_syslog, 10, NULL, 0); /* how large it is */
}

static long try_layout(void)
{
	return syscall(SYS_personality, 0x0040000); /* no random addresses */
}

static long try_swap(void)
{
	return syscall(SYS_swapon, "/none", 0);
}

static const struct {
	const char *name;
	long (*attempt)(void);
} attempts[] = {
	{ "mount", try_mount },
	{ "unshare user", try_user },
	{ "unshare mounts", try_mounts },
	{ "clone user", try_clone },
	{ "clone3", try_clone3 },
	{ "call 999", try_new },
	{ "ptrace", try_ptrace },
	{ "process_vm_readv", try_peek },
	{ "bpf", try_bpf },
	{ "perf_event_open", try_counter },
	{ "io_uring_setup", try_ring },
	{ "userfaultfd", try_faults },
	{ "socket inet", try_inet },
	{ "socket unix", try_unix },
	{ "socket netlink", try_netlink },
	{ "socket packet", try_packet },
	{ "socket alg", try_alg },
	{ "socket alg, upper bits", try_alg_high },
	{ "socket vsock", try_vsock },
	{ "keyctl", try_keyctl },
	{ "add_key", try_add_key },
	{ "kexec_load", try_kexec },
	{ "init_module", try_module },
	{ "mknod of memory", try_mknod },
	{ "reboot", try_reboot },
	{ "sethostname", try_hostname },
	{ "clock_settime", try_clock },
	{ "syslog", try_log },
	{ "personality", try_layout },
	{ "swapon", try_swap },
};

static void attempt(size_t i)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		long result = attempts[i].attempt();

		_exit(result < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		printf("%s = no process\n", attempts[i].name);
	else if (WIFSIGNALED(status))
		printf("%s = signal %d\n", attempts[i].name, WTERMSIG(status));
	else if (WIFEXITED(status))
		printf("%s = %s\n", attempts[i].name,
		       WEXITSTATUS(status) ? error_name(WEXITSTATUS(status))
					   : "yes");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* some attempts would change the machine of who starts it by mistake */
	if (getpid() != 1) {
		fputs("probe: only as the first process of a container\n",
		      stderr);
		return 2;
	}
	if (argc > 1) {
		misuse(argv[1]);
		return 9;
	}
	say_identity();
	say_files();
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		attempt(i);
	puts("report done");
	return 0;
}
