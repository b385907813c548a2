/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulls from tests/support/registry.py on the loopback interface. Faults are
 * given by its control file, one set a test.
 */
#include "registry_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ingot/io.h>
#include <ingot/pool.h>
#include <ingot/proc.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>

static char dir[] = "/tmp/ingot-pull-XXXXXX";
static pid_t server = -1;
static char host[40];
static unsigned stores;

static char *at(const char *name)
{
	struct ig_err err = { 0 };
	char *path = ig_format(&err, "%s/%s", dir, name);

	assert_non_null(path);
	return path;
}

static void run(const char *const *argv)
{
	struct ig_proc proc = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct ig_err err = { 0 };

	if (ig_proc_run(&proc, NULL, NULL, &err) < 0)
		fail_msg("%s", err.msg);
}

static void write_text(const char *name, const char *text)
{
	ig_autofree char *path = at(name);
	struct ig_err err = { 0 };

	if (ig_write_file(AT_FDCWD, path, text, strlen(text), 0644, &err) < 0)
		fail_msg("%s", err.msg);
}

/* One of the test's own choosing in a file, or NULL. */
static char *read_text(const char *name)
{
	ig_autofree char *path = at(name);
	struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	char *text;

	if (ig_read_file(&buf, AT_FDCWD, path, &err) < 0)
		return NULL;
	text = ig_buf_give(&buf, &err);
	assert_non_null(text);
	return text;
}

/* The server holds the file open and appends. */
static void clear_log(void)
{
	ig_autofree char *path = at("log");

	assert_int_equal(truncate(path, 0), 0);
}

/* A line is written after the answer went out. */
static char *read_log(void)
{
	const struct timespec step = { 0, 200000000 };
	char *text;

	nanosleep(&step, NULL);
	text = read_text("log");
	assert_non_null(text);
	return text;
}

static void wait_for_port(void)
{
	const struct timespec step = { 0, 50000000 };

	for (int i = 0; i < 400; i++) {
		ig_autofree char *port = read_text("port");

		if (port) {
			port[strcspn(port, "\n")] = '\0';
			snprintf(host, sizeof(host), "127.0.0.1:%.8s", port);
			return;
		}
		nanosleep(&step, NULL);
	}
	fail_msg("the registry did not start");
}

static int start(void **state)
{
	ig_autofree char *layout = at("layout");
	ig_autofree char *port = at("port");
	ig_autofree char *log = at("log");
	ig_autofree char *control = at("control");
	const char *const images[] = { "python3", SUPPORT_DIR "/images.py",
				       layout,	  "--set",
				       "basic",	  NULL };
	const char *const argv[] = { "python3", SUPPORT_DIR "/registry.py",
				     layout,	"--port-file",
				     port,	"--log",
				     log,	"--control",
				     control,	NULL };
	struct ig_proc proc = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct ig_err err = { 0 };

	(void)state;
	run(images);
	if (ig_proc_start(&server, &proc, &err) < 0)
		fail_msg("%s", err.msg);
	wait_for_port();
	return 0;
}

static int stop(void **state)
{
	const char *const argv[] = { "rm", "-rf", dir, NULL };

	(void)state;
	if (server > 0) {
		kill(server, SIGTERM);
		waitpid(server, NULL, 0);
	}
	run(argv);
	return 0;
}

/* A fresh store and a registry with the faults @faults (one a line). */
struct world {
	struct ig_store *store;
	struct ig_registry *registry;
	char *path;
	struct ig_err err;
};

static void setup(struct world *w, const char *faults)
{
	struct ig_registry_opts opts = { .parallel = 2 };
	char name[20];

	memset(w, 0, sizeof(*w));
	write_text("control", faults);
	clear_log();
	snprintf(name, sizeof(name), "store%u", stores++);
	w->path = at(name);
	if (ig_store_open(&w->store, w->path, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	w->registry = ig_registry_new(&opts, &w->err);
	assert_non_null(w->registry);
}

static void teardown(struct world *w)
{
	ig_registry_free(w->registry);
	ig_store_close(w->store);
	free(w->path);
}

static int pull_ref(struct world *w, const char *text, const char *arch)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor top = { 0 };
	IG_AUTO(ig_ref_done) struct ig_ref ref = { 0 };

	if (ig_ref_parse(&ref, text, strlen(text), &w->err) < 0)
		fail_msg("%s", w->err.msg);
	return ig_registry_pull(w->registry, w->store, &ref, arch, &top,
				&w->err);
}

static int pull(struct world *w, const char *name, const char *arch)
{
	ig_autofree char *text = ig_format(&w->err, "%s/test/%s", host, name);

	return pull_ref(w, text, arch);
}

static void check_image(struct world *w, const char *name, const char *arch)
{
	ig_autofree char *text = ig_format(&w->err, "%s/test/%s", host, name);
	struct ig_image image;

	if (ig_image_load(&image, w->store, text, arch, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	assert_true(ig_image_complete(&image, w->store));
	ig_image_done(&image);
}

/* Nothing may stay of what was refused: no name, no file under way, no blob
 * that is not what its name says. */
static void check_clean(struct world *w)
{
	ig_autofree char *text = ig_format(
		&w->err,
		"cd %s && ls partial | grep . ; cd blobs/sha256 && for f in *; do [ -e \"$f\" ] && echo \"$f  $f\"; done | sha256sum --quiet -c -",
		w->path);
	const char *const argv[] = { "sh", "-c", text, NULL };
	struct ig_proc proc = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct ig_buf out = IG_BUF_INIT(1 << 16);
	struct ig_buf said = IG_BUF_INIT(1 << 16);
	struct ig_err err = { 0 };

	ig_proc_run(&proc, &out, &said, &err);
	if (out.len > 0)
		fail_msg("left in the store: %s", out.data);
	ig_buf_done(&out);
	ig_buf_done(&said);
}

static void refuse(const char *faults, const char *name, enum ig_code code,
		   const char *part)
{
	ig_autofree char *text = NULL;
	struct ig_descriptor desc;
	struct world w;

	setup(&w, faults);
	text = ig_format(&w.err, "%s/test/%s", host, name);
	if (pull(&w, name, "amd64") == 0)
		fail_msg("pulled with '%s'", faults);
	if (w.err.code != code || !strstr(w.err.msg, part))
		fail_msg("%s: code %d: %s", faults, (int)w.err.code, w.err.msg);
	assert_int_equal(ig_store_find(&desc, w.store, text, &w.err), -1);
	check_clean(&w);
	/* the next clean run is fine */
	write_text("control", "");
	if (code != IG_ENOENT) {
		if (pull(&w, name, "amd64") < 0)
			fail_msg("%s: then %s", faults, w.err.msg);
		check_image(&w, name, "amd64");
	}
	teardown(&w);
}

static unsigned count(const char *text, const char *part)
{
	unsigned n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text++;
	}
	return n;
}

static void pulls_images_of_all_kinds(void **state)
{
	static const char *const names[] = {
		"base:v1",	   "base-zstd:v1",  "base-plain:v1",
		"mixed:v1",	   "docker2:v1",    "no-layers:v1",
		"empty-layer:v1",  "big:v1",	    "multi:v1",
		"multi-docker:v1", "nested:v1",	    "two-matches:v1",
		"attested:v1",	   "no-platform:v1"
	};
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "");
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		if (pull(&w, names[i], "amd64") < 0)
			fail_msg("%s: %s", names[i], w.err.msg);
		check_image(&w, names[i], "amd64");
	}
	check_clean(&w);
	log = read_log();
	assert_true(count(log, "\"method\"") > 20);
	assert_int_equal(count(log, "\"encoding\": \"identity\""),
			 count(log, "\"method\""));
	assert_int_equal(count(log, "\"agent\": \"ingot/" IG_VERSION "\""),
			 count(log, "\"method\""));
	assert_int_equal(count(log, "\"auth\": true"), 0);
	teardown(&w);
}

static void fetches_nothing_that_the_store_has(void **state)
{
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "");
	assert_int_equal(pull(&w, "mixed:v1", "amd64"), 0);
	clear_log();
	assert_int_equal(pull(&w, "mixed:v1", "amd64"), 0);
	log = read_log();
	assert_int_equal(count(log, "/manifests/v1"), 1);
	assert_int_equal(count(log, "/blobs/"), 0);
	teardown(&w);
}

static void needs_no_registry_for_a_digest_that_is_here(void **state)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	ig_autofree char *name = NULL;
	ig_autofree char *pinned = NULL;
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "");
	assert_int_equal(pull(&w, "multi:v1", "amd64"), 0);
	name = ig_format(&w.err, "%s/test/multi:v1", host);
	assert_int_equal(ig_store_find(&desc, w.store, name, &w.err), 0);
	pinned = ig_format(&w.err, "%s/test/multi:v1@%s", host,
			   desc.digest.text);
	clear_log();
	if (pull_ref(&w, pinned, "amd64") < 0)
		fail_msg("%s", w.err.msg);
	log = read_log();
	assert_string_equal(log, "");
	teardown(&w);
}

static void resolving_fetches_no_layer(void **state)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor top = { 0 };
	IG_AUTO(ig_ref_done) struct ig_ref ref = { 0 };
	ig_autofree char *text = NULL;
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "");
	text = ig_format(&w.err, "%s/test/multi:v1", host);
	assert_int_equal(ig_ref_parse(&ref, text, strlen(text), &w.err), 0);
	if (ig_registry_resolve(w.registry, w.store, &ref, "arm64", &top,
				&w.err) < 0)
		fail_msg("%s", w.err.msg);
	assert_true(ig_media_is_index(top.media_type));
	log = read_log();
	assert_int_equal(count(log, "/manifests/"), 2);
	assert_int_equal(count(log, "/blobs/"), 0);
	teardown(&w);
}

static void refuses_wrong_bodies(void **state)
{
	(void)state;
	refuse("flip", "base:v1", IG_EDIGEST, "hashes to sha256:");
	refuse("flip:/manifests/sha256", "multi:v1", IG_EDIGEST,
	       "hashes to sha256:");
	refuse("short", "base:v1", IG_EDIGEST, "were promised");
	refuse("long", "base:v1", IG_EDIGEST, "more than");
	refuse("long,chunked=1", "base:v1", IG_EDIGEST, "more than");
	refuse("endless", "big:v1", IG_EDIGEST, "more than");
}

static void stops_reading_an_endless_body_at_once(void **state)
{
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "endless:/blobs/");
	assert_int_equal(pull(&w, "base:v1", "amd64"), -1);
	log = read_log();
	for (char *p = log; (p = strstr(p, "\"sent\": ")); p++)
		assert_true(strtoul(p + 8, NULL, 10) < 10u << 20);
	teardown(&w);
}

static void waits_and_tries_again(void **state)
{
	struct {
		const char *faults;
		double least;
	} cases[] = {
		{ "429:/manifests/,times=2,retry=1", 2.0 },
		{ "503:/blobs/,times=1,retry=none", 0.5 },
		{ "429:/manifests/,times=1,retry=date+2", 1.0 },
		{ "408:/blobs/,times=1,retry=-5", 0.5 },
		{ "cut:/blobs/,times=1,after=100", 0.5 },
		{ "cut:/blobs/,times=1,after=100,rst=1", 0.5 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct timespec from;
		struct timespec to;
		struct world w;
		double took;

		setup(&w, cases[i].faults);
		clock_gettime(CLOCK_MONOTONIC, &from);
		if (pull(&w, "base:v1", "amd64") < 0)
			fail_msg("%s: %s", cases[i].faults, w.err.msg);
		clock_gettime(CLOCK_MONOTONIC, &to);
		took = (double)(to.tv_sec - from.tv_sec) +
		       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
		if (took < cases[i].least || took > 30)
			fail_msg("%s: took %.1f s", cases[i].faults, took);
		check_image(&w, "base:v1", "amd64");
		teardown(&w);
	}
}

static void gives_up_after_five_tries(void **state)
{
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "503:/manifests/,retry=none");
	assert_int_equal(pull(&w, "base:v1", "amd64"), -1);
	assert_int_equal(w.err.code, IG_ENET);
	assert_non_null(strstr(w.err.msg, "given up after 5 tries"));
	assert_non_null(strstr(w.err.msg, "UNAVAILABLE: fault 503"));
	log = read_log();
	assert_int_equal(count(log, "\"status\": 503"), 5);
	teardown(&w);
}

static void never_tries_again_what_is_final(void **state)
{
	static const struct {
		const char *fault;
		enum ig_code code;
		const char *part;
	} cases[] = {
		{ "404:/manifests/", IG_ENOENT, "MANIFEST_UNKNOWN: fault 404" },
		{ "403:/manifests/", IG_ENET, "DENIED: fault 403" },
		{ "400:/manifests/", IG_ENET, "status 400" },
		{ "auth", IG_ENET, "wants a login (status 401" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_autofree char *log = NULL;

		refuse(cases[i].fault, "base:v1", cases[i].code, cases[i].part);
		log = read_log();
		assert_int_equal(count(log, "\"status\": 40"), 1);
	}
	refuse("", "none:v1", IG_ENOENT, "NAME_UNKNOWN");
	refuse("", "only-arm:v1", IG_ENOENT, "there are: linux/arm64");
}

static void follows_redirects_without_authorization(void **state)
{
	ig_autofree char *log = NULL;
	struct world w;

	(void)state;
	setup(&w, "redirect");
	if (pull(&w, "base:v1", "amd64") < 0)
		fail_msg("%s", w.err.msg);
	check_image(&w, "base:v1", "amd64");
	log = read_log();
	assert_int_equal(count(log, "\"listener\": \"cdn\""), 2);
	assert_int_equal(count(log, "\"auth\": true"), 0);
	assert_int_equal(count(log, "\"cookie\": true"), 0);
	teardown(&w);
}

static void refuses_bad_redirects(void **state)
{
	(void)state;
	refuse("redirect-file", "base:v1", IG_ENET, "neither http nor https");
	refuse("redirect-loop", "base:v1", IG_ENET, "more than 10 times");
	refuse("redirect-to,to=ftp://127.0.0.1/x", "base:v1", IG_ENET,
	       "neither http nor https");
	refuse("redirect-to,to=http://u:p@127.0.0.1:1/x", "base:v1", IG_ENET,
	       "user name");
}

static void refuses_what_is_no_manifest(void **state)
{
	(void)state;
	refuse("html", "base:v1", IG_EFORMAT, "'text/html' instead");
	refuse("bigmanifest", "base:v1", IG_ELIMIT, "more than");
	refuse("badtype", "base:v1", IG_EFORMAT, "instead of an image");
	refuse("badtype,type=" IG_MEDIA_INDEX, "base:v1", IG_EFORMAT,
	       "the document says");
	refuse("wrongdigest", "base:v1", IG_EDIGEST,
	       "the registry says that the manifest is");
	refuse("wrongdigest:/manifests/sha256", "multi:v1", IG_EDIGEST,
	       "the registry says that the manifest is");
}

/* The layer that is fine must not hide the one that failed. */
static void one_bad_layer_of_many_refuses_the_image(void **state)
{
	(void)state;
	refuse("flip:/blobs/,times=1", "mixed:v1", IG_EDIGEST, "hashes to");
	refuse("404:/blobs/,times=1", "mixed:v1", IG_ENOENT, "blob sha256:");
}

static void *cancel_soon(void *arg)
{
	const struct timespec wait = { 0, 500000000 };

	(void)arg;
	nanosleep(&wait, NULL);
	ig_cancel_set(SIGINT);
	return NULL;
}

static void stops_soon_after_a_signal(void **state)
{
	static const char *const faults[] = {
		"stall:/blobs/,after=10",
		"slow:/blobs/,rate=1000",
		"429:/manifests/,retry=3600",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(faults); i++) {
		pthread_t thread;
		struct world w;
		time_t from;

		setup(&w, faults[i]);
		from = time(NULL);
		pthread_create(&thread, NULL, cancel_soon, NULL);
		assert_int_equal(pull(&w, "big:v1", "amd64"), -1);
		pthread_join(thread, NULL);
		ig_cancel_set(0);
		assert_int_equal(w.err.code, IG_ECANCEL);
		assert_true(time(NULL) - from <= 3);
		check_clean(&w);
		teardown(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pulls_images_of_all_kinds),
		cmocka_unit_test(fetches_nothing_that_the_store_has),
		cmocka_unit_test(needs_no_registry_for_a_digest_that_is_here),
		cmocka_unit_test(resolving_fetches_no_layer),
		cmocka_unit_test(refuses_wrong_bodies),
		cmocka_unit_test(stops_reading_an_endless_body_at_once),
		cmocka_unit_test(waits_and_tries_again),
		cmocka_unit_test(gives_up_after_five_tries),
		cmocka_unit_test(never_tries_again_what_is_final),
		cmocka_unit_test(follows_redirects_without_authorization),
		cmocka_unit_test(refuses_bad_redirects),
		cmocka_unit_test(refuses_what_is_no_manifest),
		cmocka_unit_test(one_bad_layer_of_many_refuses_the_image),
		cmocka_unit_test(stops_soon_after_a_signal),
	};

	if (!ig_proc_find("python3")) {
		fprintf(stderr, "skipped: no python3\n");
		return 77;
	}
	if (!mkdtemp(dir))
		return 1;
	return cmocka_run_group_tests(tests, start, stop);
}
