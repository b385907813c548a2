/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least init that serves a page: loads the modules that the network card
 * needs, gives it an address, becomes the server. What a boot takes with it is
 * the floor that tests/bench/boot.py measures against.
 *
 * In the initrd: /modules.list, a path a line, in their order; /web, the root
 * of the server; /web.args, its command line, a word a line;
 * /web.user, its user and group.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ADDRESS "10.0.2.15" /* what QEMU's user network gives the first */
#define MASK	"255.255.255.0"
#define ARGS	32
#define SEARCH	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define TRIES	5000

static void die(const char *what)
{
	perror(what);
	sleep(5);
	exit(1); /* the kernel panics: the measurement ends */
}

static size_t read_lines(const char *path, char *text, size_t cap, char **lines,
			 size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, cap - 1);
	size_t n = 0;
	char *line;

	if (len < 0)
		die(path);
	close(fd);
	text[len] = '\0';
	while (n < most && (line = strsep(&text, "\n"))) {
		if (*line)
			lines[n++] = line;
	}
	return n;
}

static void load_modules(void)
{
	static char text[8192];
	char *lines[64];
	size_t n = read_lines("/modules.list", text, sizeof(text), lines, 64);

	for (size_t i = 0; i < n; i++) {
		int fd = open(lines[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 &&
			       errno != EEXIST))
			die(lines[i]);
		close(fd);
	}
}

static struct sockaddr in(const char *text)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct sockaddr out;

	inet_pton(AF_INET, text, &a.sin_addr);
	memcpy(&out, &a, sizeof(out));
	return out;
}

static void up(const char *name, const char *address)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_addr = in(address) };
	int tries = 0;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	/* a driver may look for its devices behind our back */
	while (ioctl(fd, SIOCSIFADDR, &r) < 0) {
		if (tries++ == TRIES)
			die(name);
		usleep(1000);
	}
	r.ifr_netmask = in(MASK);
	if (strcmp(name, "lo") != 0 && ioctl(fd, SIOCSIFNETMASK, &r) < 0)
		die("netmask");
	r.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		die("up");
	close(fd);
}

static void serve(void)
{
	static char text[4096];
	char user[64];
	char *args[ARGS + 1] = { NULL };
	char *ids[2] = { NULL };
	int fd;

	read_lines("/web.args", text, sizeof(text), args, ARGS);
	if (read_lines("/web.user", user, sizeof(user), ids, 2) != 2)
		die("web.user");
	fd = open("/proc/sys/net/ipv4/ip_unprivileged_port_start",
		  O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die("port");
	close(fd);
	if (chroot("/web") < 0 || chdir("/") < 0)
		die("chroot");
	/* the server opens it again, as /dev/stdout */
	if (fchmod(STDOUT_FILENO, 0666) < 0)
		die("console");
	if (setgid((gid_t)atoi(ids[1])) < 0 || setuid((uid_t)atoi(ids[0])) < 0)
		die("setuid");
	setenv("PATH", SEARCH, 1);
	execvp(args[0], args);
	die(args[0]);
}

int main(void)
{
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/web/sys", "sysfs", 0, NULL);
	mount("proc", "/web/proc", "proc", 0, NULL);
	mount("dev", "/web/dev", "devtmpfs", 0, NULL);
	mount("tmpfs", "/web/tmp", "tmpfs", 0, "mode=1777");
	(void)!symlink("/proc/self/fd/1", "/web/dev/stdout");
	load_modules();
	up("lo", "127.0.0.1");
	up("eth0", ADDRESS);
	serve();
	return 1;
}
