/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/proc.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/str.h>

#define FORWARD_MAX 32

/* Children that want to see our signals instead of being killed. */
static struct {
	pthread_mutex_t lock;
	pid_t pids[FORWARD_MAX];
} forward = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void forward_swap(pid_t from, pid_t to)
{
	pthread_mutex_lock(&forward.lock);
	for (size_t i = 0; i < FORWARD_MAX; i++) {
		if (forward.pids[i] == from) {
			forward.pids[i] = to;
			break;
		}
	}
	pthread_mutex_unlock(&forward.lock);
}

static bool forward_has(pid_t pid)
{
	bool found = false;

	pthread_mutex_lock(&forward.lock);
	for (size_t i = 0; i < FORWARD_MAX; i++)
		found = found || forward.pids[i] == pid;
	pthread_mutex_unlock(&forward.lock);
	return found;
}

/* What the child says when it cannot become the program. */
struct complaint {
	int sys;
	int stage;
};
enum {
	STAGE_SETUP,
	STAGE_CWD,
	STAGE_EXEC
};

/* Whether the variable of @entry ("NAME=value") is set by one of @extra. */
static bool replaced(const char *entry, const char *const *extra)
{
	size_t len = strcspn(entry, "=");

	for (; extra && *extra; extra++) {
		if (strncmp(*extra, entry, len) == 0 && (*extra)[len] == '=')
			return true;
	}
	return false;
}

/* Whether the child has the variable of @entry as we have it. */
static bool inherited(const struct ig_proc *proc, const char *entry)
{
	static const char *const needed[] = { "PATH=", "HOME=", "TMPDIR=" };

	if (replaced(entry, proc->env))
		return false;
	for (size_t i = 0; proc->clean_env && i < IG_COUNT(needed); i++) {
		if (ig_starts(entry, needed[i]))
			return true;
	}
	return !proc->clean_env;
}

/* Our environment with the child's own over it: borrowed strings. */
static const char **merge_env(const struct ig_proc *proc, struct ig_err *err)
{
	const char *const *extra = proc->env;
	size_t count = 1;
	const char **out;

	for (char **p = environ; p && *p; p++)
		count++;
	for (const char *const *p = extra; p && *p; p++)
		count++;
	out = calloc(count, sizeof(*out));
	if (!out) {
		ig_fail_mem(err);
		return NULL;
	}
	count = 0;
	for (char **p = environ; p && *p; p++) {
		if (inherited(proc, *p))
			out[count++] = *p;
	}
	for (; extra && *extra; extra++)
		out[count++] = *extra;
	return out;
}

/* exec() wants char *const *, and changes none of them. */
static char *const *exec_array(const char *const *array)
{
	char *const *out;

	memcpy(&out, &array, sizeof(out));
	return out;
}

/* Only calls that are safe between fork() and exec() from here on. */
static int child_keep(const struct ig_proc *proc)
{
	int fds[IG_PROC_KEEP];

	if (proc->keep_n > IG_PROC_KEEP) {
		errno = EMFILE;
		return -1;
	}
	/* First out of the way, as with the standard ones. */
	for (size_t i = 0; i < proc->keep_n; i++) {
		fds[i] = fcntl(proc->keep[i], F_DUPFD_CLOEXEC, 10);
		if (fds[i] < 0)
			return -1;
	}
	for (size_t i = 0; i < proc->keep_n; i++)
		if (dup2(fds[i], 3 + (int)i) < 0)
			return -1;
	return 0;
}

static int child_fds(const struct ig_proc *proc)
{
	int fds[3] = { proc->in, proc->out, proc->err };

	if (fds[0] < 0)
		fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* First away from 0 … 2 (and what is kept), where they could
	 * overwrite each other. */
	for (int i = 0; i < 3; i++) {
		if (fds[i] < 0 && i > 0)
			continue;
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 10);
		if (fds[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++) {
		if (fds[i] >= 0 && dup2(fds[i], i) < 0)
			return -1;
	}
	return child_keep(proc);
}

static void child_signals(void)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD };
	sigset_t none;

	for (size_t i = 0; i < IG_COUNT(ours); i++)
		signal(ours[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child(const struct ig_proc *proc, const char *const *env,
			    pid_t parent, int tell)
{
	struct complaint complaint = { 0, STAGE_SETUP };

	/* Out of the way of what is kept. */
	tell = fcntl(tell, F_DUPFD_CLOEXEC, 10);
	if (tell < 0)
		_exit(126);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		goto fail;
	if (getppid() != parent) /* it died before prctl() */
		_exit(127);
	if (proc->own_group && setpgid(0, 0) < 0)
		goto fail;
	if (child_fds(proc) < 0)
		goto fail;
	complaint.stage = STAGE_CWD;
	if (proc->cwd && chdir(proc->cwd) < 0)
		goto fail;
	complaint.stage = STAGE_EXEC;
	child_signals();
	execvpe(proc->argv[0], exec_array(proc->argv), exec_array(env));
fail:
	complaint.sys = errno;
	if (write(tell, &complaint, sizeof(complaint)) < 0)
		_exit(126);
	_exit(127);
}

static int complain(const struct ig_proc *proc, const struct complaint *what,
		    struct ig_err *err)
{
	const char *name = proc->argv[0];

	if (what->stage == STAGE_CWD)
		return ig_fail_sys(err, what->sys, "start '%s' in '%s'", name,
				   proc->cwd);
	if (what->stage == STAGE_EXEC && what->sys == ENOENT) {
		ig_fail(err, IG_ENOENT, "there is no program '%s'", name);
		err->sys = ENOENT;
		return -1;
	}
	return ig_fail_sys(err, what->sys, "start '%s'", name);
}

/* Waits for the exec(), which closes the pipe, or for why there was none. */
static int hear(int fd, pid_t pid, const struct ig_proc *proc,
		struct ig_err *err)
{
	struct complaint what;
	ssize_t n;

	do
		n = read(fd, &what, sizeof(what));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(what))
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return complain(proc, &what, err);
}

int ig_proc_start(pid_t *pid, const struct ig_proc *proc, struct ig_err *err)
{
	ig_autofree const char **env = merge_env(proc, err);
	ig_autofd int hear_fd = -1;
	ig_autofd int tell_fd = -1;
	pid_t parent = getpid();
	int tell[2];
	sigset_t all;
	sigset_t old;
	pid_t got;
	int sys;

	if (!env)
		return -1;
	if (pipe2(tell, O_CLOEXEC) < 0)
		return ig_fail_sys(err, errno, "pipe");
	hear_fd = tell[0];
	tell_fd = tell[1];
	/* Our handlers must not run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	got = fork();
	sys = errno;
	if (got == 0)
		child(proc, env, parent, tell_fd);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (got < 0)
		return ig_fail_sys(err, sys, "start '%s'", proc->argv[0]);
	ig_closep(&tell_fd);
	if (hear(hear_fd, got, proc, err) < 0)
		return -1;
	if (proc->forward_signals)
		forward_swap(0, got);
	*pid = got;
	return 0;
}

/* Until @pid can be reaped, or for a moment, after which signals are seen. */
static void pause_for(int pidfd)
{
	struct pollfd wait = { .fd = pidfd, .events = POLLIN };

	poll(&wait, 1, pidfd >= 0 ? 100 : 10);
}

/* A signal came: tell the child once, which ends it or lets it end. */
static void pass_on(pid_t pid, bool *told)
{
	int sig = ig_cancel_signal();

	if (sig == 0 || *told)
		return;
	kill(pid, forward_has(pid) ? sig : SIGKILL);
	*told = true;
}

int ig_proc_wait(int *status, pid_t pid, struct ig_err *err)
{
	ig_autofd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool told = false;
	int raw = 0;
	pid_t got;

	for (;;) {
		got = waitpid(pid, &raw, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			break;
		pass_on(pid, &told);
		pause_for(pidfd);
	}
	if (got < 0)
		return ig_fail_sys(err, errno, "wait for process %ld",
				   (long)pid);
	forward_swap(pid, 0);
	*status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return 0;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

bool ig_proc_find(const char *name)
{
	const char *path = getenv("PATH");
	struct ig_err ignored;
	size_t len;

	if (!name[0])
		return false;
	if (strchr(name, '/'))
		return is_program(name);
	for (path = path ? path : "/bin:/usr/bin";; path += len + 1) {
		ig_autofree char *full = NULL;

		len = strcspn(path, ":");
		full = ig_format(&ignored, "%.*s/%s", (int)len,
				 len > 0 ? path : ".", name);
		if (full && is_program(full))
			return true;
		if (!path[len])
			return false;
	}
}
