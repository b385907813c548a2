/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/evloop.h"
#include "control/ctl.h"
#include "log/log.h"
#include "log/logbook.h"
#include "service/guest.h"

#include <errno.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../support/scratch.h"

/* PID 1's end runs in this process too: a turn of the loop, then read. */

static const char path[] = "ctl";
static struct ctr services[2];
static struct guest guest;
static int told; /* reboot(2)'s word, 0: nothing */

static void on_shutdown(int how, const char *why)
{
	assert_non_null(why);
	told = how;
}

static void make_service(struct ctr *c, const char *name, enum svc_state state)
{
	memset(c, 0, sizeof(*c));
	c->kind = CTR_SERVICE;
	c->state = state;
	c->pipe = -1;
	c->log = -1;
	c->last = -1;
	snprintf(c->name, sizeof(c->name), "%s", name);
}

static int start_all(void **state)
{
	if (scratch_setup(state) < 0)
		return -1;
	guest.lists[CTR_SERVICE] = (struct ctr_list){ services, 2 };
	ctl_init(&guest, on_shutdown);
	return ctl_listen(path);
}

static int end_all(void **state)
{
	return scratch_teardown(state);
}

static int start(void **state)
{
	(void)state;
	guest.state = SYS_RUNNING;
	told = 0;
	make_service(&services[0], "db", SVC_WAITING);
	services[0].starts = 3;
	services[0].since = 9120999;
	services[0].last = 9; /* SIGKILL */
	make_service(&services[1], "web", SVC_UP);
	services[1].starts = 1;
	services[1].pid = 86;
	services[1].last = 3 << 8;
	return logbook_open(16 * 1024);
}

static int end(void **state)
{
	(void)state;
	logbook_close();
	return 0;
}

static int client(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memcpy(addr.sun_path, path, sizeof(path));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	return fd;
}

static void turns(int n)
{
	while (n-- > 0) {
		assert_int_equal(evloop_turn(now_us() + 1), 0);
		ctl_turn();
	}
}

static void ask(int fd, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(write(fd, text, len), len);
	turns(3);
}

/* What is there; -1: it was hung up on and all was read. */
static ssize_t answer(int fd, char *out, size_t cap)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, out + n, cap - 1 - n);

		if (got <= 0) {
			out[n] = '\0';
			return n > 0 || (got < 0 && errno == EAGAIN)
				       ? (ssize_t)n
				       : -1;
		}
		n += (size_t)got;
		turns(1);
	}
}

static void expect(int fd, const char *want)
{
	char text[4096];

	answer(fd, text, sizeof(text));
	if (!strstr(text, want))
		fail_msg("'%s' is not in '%s'", want, text);
}

static void expect_hung_up(int fd)
{
	char text[4096];

	turns(3);
	while (answer(fd, text, sizeof(text)) >= 0)
		turns(1);
	close(fd);
}

static void the_status_has_a_line_a_bundle(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, "{\"do\":\"status\"}\n");
	expect(fd,
	       "{\"kind\":\"service\",\"name\":\"db\",\"state\":\"waiting\",\"sinceMs\":9120,\"starts\":3,\"signal\":9}\n"
	       "{\"kind\":\"service\",\"name\":\"web\",\"state\":\"up\",\"pid\":86,\"sinceMs\":0,\"starts\":1,\"exit\":3}\n"
	       "{\"ok\":true,\"system\":\"running\",\"nowMs\":");
	/* on the same connection, two at once */
	ask(fd,
	    "{\"do\":\"status\",\"name\":\"web\"}\n{\"do\":\"status\",\"name\":\"x\"}\n");
	expect(fd, "\"name\":\"web\"");
	close(fd);
	turns(2);
}

static void every_state_has_a_name(void **state)
{
	char out[4096];
	int fd = client();

	(void)state;
	for (int s = SVC_DOWN; s < SVC_STATES; s++) {
		services[0].state = (enum svc_state)s;
		ask(fd, "{\"do\":\"status\"}\n");
		answer(fd, out, sizeof(out));
		assert_null(strstr(out, "unknown"));
		assert_null(strstr(out, "\"state\":\"\""));
	}
	for (int s = SYS_ONBOOT; s < SYS_STATES; s++) {
		guest.state = (enum sys_state)s;
		ask(fd, "{\"do\":\"status\"}\n");
		answer(fd, out, sizeof(out));
		assert_null(strstr(out, "unknown"));
		assert_null(strstr(out, "\"system\":\"\""));
	}
	close(fd);
	turns(2);
}

static void what_is_wrong_is_answered(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, "garbage\n");
	expect(fd,
	       "{\"ok\":false,\"error\":\"line 1: an object is expected\"}\n");
	ask(fd, "{\"do\":\"stop\",\"name\":\"wbe\"}\n");
	expect(fd, "{\"ok\":false,\"error\":\"there is no service 'wbe'\"}\n");
	ask(fd, "\n");
	expect(fd, "{\"ok\":false,");
	guest.state = SYS_ONSHUTDOWN;
	ask(fd, "{\"do\":\"start\",\"name\":\"db\"}\n");
	expect(fd, "the machine goes down");
	guest.state = SYS_ONBOOT;
	ask(fd, "{\"do\":\"start\",\"name\":\"db\"}\n");
	expect(fd, "not done yet");
	assert_int_equal(services[0].state, SVC_WAITING);
	close(fd);
	turns(2);
}

static void orders_become_events(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, "{\"do\":\"stop\",\"name\":\"db\"}\n");
	expect(fd, "{\"ok\":true}\n");
	assert_int_equal(services[0].state, SVC_ENDED);
	services[1].state = SVC_CLEANING;
	ask(fd, "{\"do\":\"restart\",\"name\":\"web\"}\n");
	expect(fd, "{\"ok\":true}\n");
	assert_int_equal(services[1].wish, WISH_UP);
	ask(fd, "{\"do\":\"reboot\"}\n");
	expect(fd, "{\"ok\":true}\n");
	assert_int_equal(told, RB_AUTOBOOT);
	ask(fd, "{\"do\":\"poweroff\"}\n");
	assert_int_equal(told, (int)RB_POWER_OFF);
	close(fd);
	turns(2);
}

static void a_request_may_come_in_pieces(void **state)
{
	static const char text[] = "{\"do\":\"status\",\"name\":\"web\"}\n";
	char out[1000];
	int fd = client();

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 2; i++) {
		assert_int_equal(write(fd, text + i, 1), 1);
		turns(2);
	}
	assert_int_equal(answer(fd, out, sizeof(out)), 0);
	ask(fd, "\n");
	expect(fd, "\"name\":\"web\"");
	/* what hangs up half still gets its answer */
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	shutdown(fd, SHUT_WR);
	turns(3);
	expect(fd, "{\"ok\":true,\"system\"");
	expect_hung_up(fd);
}

static void a_line_without_end_is_hung_up_on(void **state)
{
	char text[2000];
	int fd = client();

	(void)state;
	memset(text, ' ', sizeof(text));
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	turns(5);
	/* with what was not read, it is a reset */
	assert_true(read(fd, text, sizeof(text)) <= 0 && errno != EAGAIN);
	close(fd);
}

static void there_are_only_so_many_clients(void **state)
{
	int fds[CTL_CLIENTS + 1];
	char out[1000];

	(void)state;
	for (int i = 0; i <= CTL_CLIENTS; i++) {
		fds[i] = client();
		turns(2);
	}
	assert_int_equal(answer(fds[CTL_CLIENTS], out, sizeof(out)), -1);
	ask(fds[CTL_CLIENTS - 1], "{\"do\":\"status\"}\n");
	expect(fds[CTL_CLIENTS - 1], "\"ok\":true");
	for (int i = 0; i <= CTL_CLIENTS; i++)
		close(fds[i]);
	turns(2);
	/* and their places are free again */
	int fd = client();

	turns(2);
	ask(fd, "{\"do\":\"status\"}\n");
	expect(fd, "\"ok\":true");
	close(fd);
	turns(2);
}

static void say(const char *name, const char *text)
{
	const struct log_entry entry = { .name = name,
					 .text = text,
					 .len = strlen(text),
					 .us = 10377999,
					 .level = LEVEL_INFO };

	logbook_put(&entry);
}

static void logs_are_read_and_followed(void **state)
{
	char out[4096];
	int fd = client();

	(void)state;
	say("web", "GET /");
	say("db", "\"quoted\"");
	say("web", "GET /2");
	ask(fd, "{\"do\":\"logs\"}\n");
	expect(fd,
	       "{\"seq\":1,\"ms\":10377,\"name\":\"web\",\"level\":6,\"text\":\"GET /\"}\n"
	       "{\"seq\":2,\"ms\":10377,\"name\":\"db\",\"level\":6,\"text\":\"\\\"quoted\\\"\"}\n"
	       "{\"seq\":3,\"ms\":10377,\"name\":\"web\",\"level\":6,\"text\":\"GET /2\"}\n"
	       "{\"ok\":true}\n");
	ask(fd,
	    "{\"do\":\"logs\",\"name\":\"web\",\"last\":1,\"follow\":true}\n");
	answer(fd, out, sizeof(out));
	assert_string_equal(
		out,
		"{\"seq\":3,\"ms\":10377,\"name\":\"web\",\"level\":6,\"text\":\"GET /2\"}\n");
	say("db", "not asked for");
	say("web", "new");
	turns(1);
	answer(fd, out, sizeof(out));
	assert_string_equal(
		out,
		"{\"seq\":5,\"ms\":10377,\"name\":\"web\",\"level\":6,\"text\":\"new\"}\n");
	close(fd);
	turns(2);
	/* nobody is there any more */
	say("web", "newer");
	turns(2);
}

static void who_does_not_read_loses_lines_and_is_told(void **state)
{
	static char out[4 * 1024 * 1024];
	uint64_t seen = 0;
	uint64_t lost = 0;
	int fd = client();

	(void)state;
	ask(fd, "{\"do\":\"logs\",\"follow\":true}\n");
	for (int i = 0; i < 20000; i++) {
		say("web", "one of very many lines of some length");
		if (i % 10 == 0)
			turns(1);
	}
	while (answer(fd, out, sizeof(out)) > 0) {
		for (char *p = out; *p; p = strchr(p, '\n') + 1) {
			if (strncmp(p, "{\"lost\":", 8) == 0)
				lost += strtoull(p + 8, NULL, 10);
			else
				seen++;
		}
	}
	assert_true(lost > 0);
	assert_int_equal(seen + lost, 20000);
	close(fd);
	turns(2);
}

static void a_keeper_gets_the_rest_before_it_is_hung_up_on(void **state)
{
	struct logbook_cursor at = { 0 };
	char out[4096];
	int fds[2];

	(void)state;
	say("web", "before");
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(ctl_keep(fds[0], &at), 0);
	turns(1);
	say("web", "the last words");
	ctl_end_keepers();
	answer(fds[1], out, sizeof(out));
	assert_non_null(strstr(out, "before"));
	assert_non_null(strstr(out, "the last words"));
	expect_hung_up(fds[1]);
	/* where the next one would go on */
	static struct ring_record rec;
	uint64_t lost = 0;

	assert_int_equal(logbook_read(&at, &rec, &lost), 0);
}

static void others_are_not_heard(void **state)
{
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	chmod(path, 0666);
	chmod(".", 0755);
	pid_t pid = fork();

	if (pid == 0) {
		char c;
		int fd = setuid(65534) == 0 ? client() : -1;

		sleep(1);
		_exit(fd >= 0 && read(fd, &c, 1) == 0 ? 0 : 1);
	}
	for (int i = 0; i < 100 && waitpid(pid, &status, WNOHANG) == 0; i++) {
		turns(1);
		usleep(50000);
	}
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_status_has_a_line_a_bundle),
		TEST(every_state_has_a_name),
		TEST(what_is_wrong_is_answered),
		TEST(orders_become_events),
		TEST(a_request_may_come_in_pieces),
		TEST(a_line_without_end_is_hung_up_on),
		TEST(there_are_only_so_many_clients),
		TEST(logs_are_read_and_followed),
		TEST(who_does_not_read_loses_lines_and_is_told),
		TEST(others_are_not_heard),
		TEST(a_keeper_gets_the_rest_before_it_is_hung_up_on),
	};

	return cmocka_run_group_tests(tests, start_all, end_all);
}
