/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp.h"

#include <ingot/own.h>

/*
 * The default profile, in the shape of what container engines have: what is
 * listed is allowed, to some with a capability only. The table is of system
 * calls of amd64 and arm64 with 64 bits; those of one architecture alone mean
 * nothing on the other.
 *
 * What no group names gets ENOSYS, as from a kernel that does not have it:
 * newer libraries then fall back. What is named and not allowed gets EPERM.
 *
 * The order does not matter to speed: since Linux 5.11 the kernel keeps a
 * bitmap of what a filter always allows.
 */

#define CAPS(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }

static const char *const never[] = { NULL };
CAPS(caps_admin, "CAP_SYS_ADMIN");
CAPS(caps_boot, "CAP_SYS_BOOT");
CAPS(caps_module, "CAP_SYS_MODULE");
CAPS(caps_chroot, "CAP_SYS_CHROOT");
CAPS(caps_pacct, "CAP_SYS_PACCT");
CAPS(caps_ptrace, "CAP_SYS_PTRACE");
CAPS(caps_rawio, "CAP_SYS_RAWIO");
CAPS(caps_time, "CAP_SYS_TIME");
CAPS(caps_tty, "CAP_SYS_TTY_CONFIG");
CAPS(caps_nice, "CAP_SYS_NICE");
CAPS(caps_log, "CAP_SYSLOG", "CAP_SYS_ADMIN");
CAPS(caps_bpf, "CAP_BPF", "CAP_SYS_ADMIN");
CAPS(caps_perf, "CAP_PERFMON", "CAP_SYS_ADMIN");
CAPS(caps_handle, "CAP_DAC_READ_SEARCH");
CAPS(caps_network, "CAP_NET_ADMIN", "CAP_SYS_ADMIN");

/* What programs need that do not administer the machine. */
static const char *const always[] = { "accept",
				      "accept4",
				      "access",
				      "adjtimex",
				      "alarm",
				      "arch_prctl",
				      "bind",
				      "brk",
				      "capget",
				      "capset",
				      "chdir",
				      "chmod",
				      "chown",
				      "clock_adjtime",
				      "clock_getres",
				      "clock_gettime",
				      "clock_nanosleep",
				      "close",
				      "close_range",
				      "connect",
				      "copy_file_range",
				      "creat",
				      "dup",
				      "dup2",
				      "dup3",
				      "epoll_create",
				      "epoll_create1",
				      "epoll_ctl",
				      "epoll_pwait",
				      "epoll_pwait2",
				      "epoll_wait",
				      "eventfd",
				      "eventfd2",
				      "execve",
				      "execveat",
				      "exit",
				      "exit_group",
				      "faccessat",
				      "faccessat2",
				      "fadvise64",
				      "fallocate",
				      "fanotify_mark",
				      "fchdir",
				      "fchmod",
				      "fchmodat",
				      "fchown",
				      "fchownat",
				      "fcntl",
				      "fdatasync",
				      "fgetxattr",
				      "flistxattr",
				      "flock",
				      "fork",
				      "fremovexattr",
				      "fsetxattr",
				      "fstat",
				      "fstatfs",
				      "fsync",
				      "ftruncate",
				      "futex",
				      "futex_waitv",
				      "futimesat",
				      "get_robust_list",
				      "get_thread_area",
				      "getcpu",
				      "getcwd",
				      "getdents",
				      "getdents64",
				      "getegid",
				      "geteuid",
				      "getgid",
				      "getgroups",
				      "getitimer",
				      "getpeername",
				      "getpgid",
				      "getpgrp",
				      "getpid",
				      "getppid",
				      "getpriority",
				      "getrandom",
				      "getresgid",
				      "getresuid",
				      "getrlimit",
				      "getrusage",
				      "getsid",
				      "getsockname",
				      "getsockopt",
				      "gettid",
				      "gettimeofday",
				      "getuid",
				      "getxattr",
				      "inotify_add_watch",
				      "inotify_init",
				      "inotify_init1",
				      "inotify_rm_watch",
				      "io_cancel",
				      "io_destroy",
				      "io_getevents",
				      "io_pgetevents",
				      "io_setup",
				      "io_submit",
				      "ioctl",
				      "ioprio_get",
				      "ioprio_set",
				      "kill",
				      "landlock_add_rule",
				      "landlock_create_ruleset",
				      "landlock_restrict_self",
				      "lchown",
				      "lgetxattr",
				      "link",
				      "linkat",
				      "listen",
				      "listxattr",
				      "llistxattr",
				      "lremovexattr",
				      "lseek",
				      "lsetxattr",
				      "lstat",
				      "madvise",
				      "membarrier",
				      "memfd_create",
				      "memfd_secret",
				      "mincore",
				      "mkdir",
				      "mkdirat",
				      "mknod",
				      "mknodat",
				      "mlock",
				      "mlock2",
				      "mlockall",
				      "mmap",
				      "modify_ldt",
				      "mprotect",
				      "mq_getsetattr",
				      "mq_notify",
				      "mq_open",
				      "mq_timedreceive",
				      "mq_timedsend",
				      "mq_unlink",
				      "mremap",
				      "msgctl",
				      "msgget",
				      "msgrcv",
				      "msgsnd",
				      "msync",
				      "munlock",
				      "munlockall",
				      "munmap",
				      "name_to_handle_at",
				      "nanosleep",
				      "newfstatat",
				      "open",
				      "openat",
				      "openat2",
				      "pause",
				      "pidfd_open",
				      "pidfd_send_signal",
				      "pipe",
				      "pipe2",
				      "pkey_alloc",
				      "pkey_free",
				      "pkey_mprotect",
				      "poll",
				      "ppoll",
				      "prctl",
				      "pread64",
				      "preadv",
				      "preadv2",
				      "prlimit64",
				      "process_mrelease",
				      "pselect6",
				      "ptrace",
				      "pwrite64",
				      "pwritev",
				      "pwritev2",
				      "read",
				      "readahead",
				      "readlink",
				      "readlinkat",
				      "readv",
				      "recvfrom",
				      "recvmmsg",
				      "recvmsg",
				      "remap_file_pages",
				      "removexattr",
				      "rename",
				      "renameat",
				      "renameat2",
				      "restart_syscall",
				      "rmdir",
				      "rseq",
				      "rt_sigaction",
				      "rt_sigpending",
				      "rt_sigprocmask",
				      "rt_sigqueueinfo",
				      "rt_sigreturn",
				      "rt_sigsuspend",
				      "rt_sigtimedwait",
				      "rt_tgsigqueueinfo",
				      "sched_get_priority_max",
				      "sched_get_priority_min",
				      "sched_getaffinity",
				      "sched_getattr",
				      "sched_getparam",
				      "sched_getscheduler",
				      "sched_rr_get_interval",
				      "sched_setaffinity",
				      "sched_setattr",
				      "sched_setparam",
				      "sched_setscheduler",
				      "sched_yield",
				      "seccomp",
				      "select",
				      "semctl",
				      "semget",
				      "semop",
				      "semtimedop",
				      "sendfile",
				      "sendmmsg",
				      "sendmsg",
				      "sendto",
				      "set_robust_list",
				      "set_thread_area",
				      "set_tid_address",
				      "setfsgid",
				      "setfsuid",
				      "setgid",
				      "setgroups",
				      "setitimer",
				      "setpgid",
				      "setpriority",
				      "setregid",
				      "setresgid",
				      "setresuid",
				      "setreuid",
				      "setrlimit",
				      "setsid",
				      "setsockopt",
				      "setuid",
				      "setxattr",
				      "shmat",
				      "shmctl",
				      "shmdt",
				      "shmget",
				      "shutdown",
				      "sigaltstack",
				      "signalfd",
				      "signalfd4",
				      "socketpair",
				      "splice",
				      "stat",
				      "statfs",
				      "statx",
				      "symlink",
				      "symlinkat",
				      "sync",
				      "sync_file_range",
				      "syncfs",
				      "sysinfo",
				      "tee",
				      "tgkill",
				      "time",
				      "timer_create",
				      "timer_delete",
				      "timer_getoverrun",
				      "timer_gettime",
				      "timer_settime",
				      "timerfd_create",
				      "timerfd_gettime",
				      "timerfd_settime",
				      "times",
				      "tkill",
				      "truncate",
				      "umask",
				      "uname",
				      "unlink",
				      "unlinkat",
				      "utime",
				      "utimensat",
				      "utimes",
				      "vfork",
				      "vmsplice",
				      "wait4",
				      "waitid",
				      "write",
				      "writev",
				      NULL };

/* What changes mounts, namespaces and names, and what a nested container
 * runtime needs besides. The kernel asks for CAP_SYS_ADMIN too, or makes a
 * user namespace on the way, whose root then reaches all of this. */
static const char *const admin[] = {
	"fanotify_init", "fsconfig",	  "fsmount",
	"fsopen",	 "fspick",	  "lookup_dcookie",
	"mount",	 "mount_setattr", "move_mount",
	"open_tree",	 "pivot_root",	  "quotactl",
	"quotactl_fd",	 "setdomainname", "sethostname",
	"setns",	 "swapoff",	  "swapon",
	"umount2",	 "unshare",	  NULL
};

/* Keyrings have no namespace: every container would share root's. */
static const char *const keys[] = { "add_key", "keyctl", "request_key", NULL };

/* Large, young parts of the kernel where most ways out were found; what uses
 * them goes on without. */
static const char *const risky[] = { "io_uring_enter", "io_uring_register",
				     "io_uring_setup", "userfaultfd", NULL };

static const char *const boot[] = { "kexec_file_load", "kexec_load", "reboot",
				    NULL };

static const char *const modules[] = { "delete_module", "finit_module",
				       "init_module", NULL };

static const char *const chroots[] = { "chroot", NULL };

static const char *const accounts[] = { "acct", NULL };

/* Reading another process's memory and files. ptrace() itself is allowed: since
 * Linux 4.8 it is no way around the filter. */
static const char *const traces[] = { "kcmp",
				      "pidfd_getfd",
				      "process_madvise",
				      "process_vm_readv",
				      "process_vm_writev",
				      NULL };

static const char *const ports[] = { "ioperm", "iopl", NULL };

static const char *const clocks[] = { "clock_settime", "settimeofday", NULL };

static const char *const ttys[] = { "vhangup", NULL };

static const char *const numa[] = { "get_mempolicy",
				    "mbind",
				    "migrate_pages",
				    "move_pages",
				    "set_mempolicy",
				    "set_mempolicy_home_node",
				    NULL };

/* The kernel's log tells addresses and what others do. */
static const char *const logs[] = { "syslog", NULL };

static const char *const programs[] = { "bpf", NULL };

static const char *const counters[] = { "perf_event_open", NULL };

/* Opens any file of a file system, whatever is mounted over it. */
static const char *const handles[] = { "open_by_handle_at", NULL };

/* Left over from other systems. */
static const char *const old[] = { "sysfs", "uselib", "ustat", NULL };

const struct ig_seccomp_group ig_seccomp_groups[] = {
	{ always, NULL },	  { admin, caps_admin },
	{ keys, caps_admin },	  { risky, caps_admin },
	{ boot, caps_boot },	  { modules, caps_module },
	{ chroots, caps_chroot }, { accounts, caps_pacct },
	{ traces, caps_ptrace },  { ports, caps_rawio },
	{ clocks, caps_time },	  { ttys, caps_tty },
	{ numa, caps_nice },	  { logs, caps_log },
	{ programs, caps_bpf },	  { counters, caps_perf },
	{ handles, caps_handle }, { old, never },
};
const size_t ig_seccomp_groups_n = IG_COUNT(ig_seccomp_groups);

/* ---- what depends on an argument ---- */

#define EPERM	     1
#define EAFNOSUPPORT 97

#define ALLOW(mask, value)                                                     \
	{                                                                      \
		0, (mask), (value)                                             \
	}
#define REFUSE(error, mask, value)                                             \
	{                                                                      \
		(error), (mask), (value)                                       \
	}

/* include/uapi/linux/sched.h: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER,
 * NEWPID and NEWNET, as with unshare(). */
static const struct ig_seccomp_test clone_tests[] = {
	ALLOW(0x7e020000, 0),
	REFUSE(EPERM, 0x00020000, 0x00020000),
	REFUSE(EPERM, 0x02000000, 0x02000000),
	REFUSE(EPERM, 0x04000000, 0x04000000),
	REFUSE(EPERM, 0x08000000, 0x08000000),
	REFUSE(EPERM, 0x10000000, 0x10000000),
	REFUSE(EPERM, 0x20000000, 0x20000000),
	REFUSE(EPERM, 0x40000000, 0x40000000),
};

/*
 * Of the families of sockets all but AF_ALG (38: CVE-2026-31431 and before)
 * and AF_VSOCK (40: past every network namespace to the hypervisor). Numbers
 * of 32 bits in registers of 64 must not be compared by their order: what a
 * caller leaves in the upper half would count. So these tests are of the lower
 * six bits, and together of all numbers; those above 45 are no families.
 */
static const struct ig_seccomp_test socket_tests[] = {
	REFUSE(EAFNOSUPPORT, 0x3f, 0x26), /* 38 */
	REFUSE(EAFNOSUPPORT, 0x3f, 0x28), /* 40 */
	ALLOW(0x20, 0x00),		  /* 0 to 31 */
	ALLOW(0x3c, 0x20),		  /* 32 to 35 */
	ALLOW(0x3e, 0x24),		  /* 36, 37 */
	ALLOW(0x3f, 0x27),		  /* 39 */
	ALLOW(0x3f, 0x29),		  /* 41 */
	ALLOW(0x3e, 0x2a),		  /* 42, 43 */
	ALLOW(0x3c, 0x2c),		  /* 44 to 47 */
	ALLOW(0x30, 0x30),		  /* 48 to 63 */
};

/* PER_LINUX, PER_LINUX32, both with UNAME26, and the question which it is: no
 * personality that makes a memory's layout known. */
#define WHOLE (-1)
static const struct ig_seccomp_test personality_tests[] = {
	ALLOW(WHOLE, 0x0),     ALLOW(WHOLE, 0x8),	 ALLOW(WHOLE, 0x20000),
	ALLOW(WHOLE, 0x20008), ALLOW(WHOLE, 0xffffffff),
};

#define TESTS(t) .tests = (t), .n = IG_COUNT(t)
const struct ig_seccomp_tested ig_seccomp_tested[] = {
	{ .name = "clone", .caps = caps_admin, TESTS(clone_tests) },
	/* its flags lie in memory, where a filter cannot look: ENOSYS */
	{ .name = "clone3", .caps = caps_admin },
	{ .name = "personality", .caps = caps_admin, TESTS(personality_tests) },
	{ .name = "socket", .caps = caps_network, TESTS(socket_tests) },
};
const size_t ig_seccomp_tested_n = IG_COUNT(ig_seccomp_tested);
