/* SPDX-License-Identifier: Apache-2.0 */
#include "network/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEPT                                                                   \
	(1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW | 1u << CAP_NET_BIND_SERVICE)

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

static int set_caps(uint32_t caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	const struct __user_cap_data_struct data[2] = { { .effective = caps,
							  .permitted = caps } };

	return (int)syscall(SYS_capset, &head, data);
}

static int set_user(void)
{
	/* else the change of user takes all of them */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -1;
	for (unsigned long cap = 0; cap <= CAP_LAST_CAP; cap++) {
		/* EINVAL: this kernel does not know it */
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EINVAL)
			return -1;
	}
	if (setgroups(0, NULL) < 0 ||
	    setresgid(DROP_ID, DROP_ID, DROP_ID) < 0 ||
	    setresuid(DROP_ID, DROP_ID, DROP_ID) < 0)
		return -1;
	return set_caps(KEPT);
}

#ifdef ARCH
/* What the daemon and the C libraries below it call. exec, fork, ptrace, mount
 * and what makes files are not among them. */
static const uint16_t calls[] = {
	SYS_read,    SYS_write,		SYS_writev,	  SYS_pwrite64,
	SYS_close,   SYS_fstat,		SYS_newfstatat,	  SYS_ftruncate,
	SYS_openat,  SYS_readlinkat,	SYS_fcntl,	  SYS_lseek,
	SYS_ppoll,   SYS_socket,	SYS_bind,	  SYS_setsockopt,
	SYS_sendto,  SYS_recvfrom,	SYS_sendmsg,	  SYS_recvmsg,
	SYS_uname,   SYS_clock_gettime, SYS_getrandom,	  SYS_brk,
	SYS_mmap,    SYS_munmap,	SYS_mremap,	  SYS_mprotect,
	SYS_madvise, SYS_futex,		SYS_rt_sigreturn, SYS_rt_sigprocmask,
	SYS_getpid,  SYS_exit,		SYS_exit_group,	  SYS_restart_syscall,
#ifdef SYS_poll
	SYS_poll,    SYS_open,		SYS_readlink,
#endif
};
#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

/* A program that is not on the list gets EPERM: the daemon says so and goes on,
 * where a kill would take the network. */
static int set_filter(void)
{
	struct sock_filter code[4 + 2 * N_CALLS + 1];
	size_t n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 ARCH, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_KILL_PROCESS);
	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N_CALLS; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							 SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ERRNO | EPERM);
	const struct sock_fprog prog = { (unsigned short)n, code };

	/* EINVAL: a kernel without it */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) < 0 &&
	    errno != EINVAL)
		return -1;
	return 0;
}
#else
static int set_filter(void)
{
	return 0;
}
#endif

int drop_all(void)
{
	if (set_user() < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return set_filter();
}
