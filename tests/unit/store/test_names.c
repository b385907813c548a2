/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <sys/wait.h>

#define A "docker.io/library/a:1"
#define B "docker.io/library/b:1"

static struct ig_descriptor desc_of(const char *text)
{
	static char media[] = IG_MEDIA_MANIFEST;

	return (struct ig_descriptor){ .media_type = media,
				       .digest = digest_text(text),
				       .size = strlen(text) };
}

static void give(struct world *w, const char *name, const char *text)
{
	struct ig_descriptor desc = desc_of(text);

	assert_ok(w, ig_store_name(w->store, name, &desc, &w->err));
}

static void has(struct world *w, const char *name, const char *text)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	struct ig_digest want = digest_text(text);

	assert_ok(w, ig_store_find(&desc, w->store, name, &w->err));
	assert_string_equal(desc.digest.text, want.text);
	assert_int_equal(desc.size, strlen(text));
}

static char *read_index(struct world *w)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1 << 20);

	assert_ok(w, ig_read_file(&text, AT_FDCWD, below(w, "store/index.json"),
				  &w->err));
	return ig_buf_give(&text, &w->err);
}

static void gives_replaces_and_takes_names(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };

	give(w, A, "one");
	give(w, B, "two");
	give(w, A, "three");
	has(w, A, "three");
	has(w, B, "two");
	assert_int_equal(names_in(w), 2);
	assert_ok(w, ig_store_unname(w->store, A, &w->err));
	assert_fails(w, ig_store_find(&desc, w->store, A, &w->err), IG_ENOENT,
		     "no image '" A "'");
	assert_fails(w, ig_store_unname(w->store, A, &w->err), IG_ENOENT, A);
	has(w, B, "two");
}

static void keeps_the_platform(void **state)
{
	struct world *w = *state;
	struct ig_descriptor desc = desc_of("one");
	IG_AUTO(ig_descriptor_done) struct ig_descriptor found = { 0 };
	char os[] = "linux";
	char arch[] = "arm";
	char variant[] = "v7";

	desc.has_platform = true;
	desc.platform = (struct ig_platform){ os, arch, variant };
	assert_ok(w, ig_store_name(w->store, A, &desc, &w->err));
	assert_ok(w, ig_store_find(&found, w->store, A, &w->err));
	assert_true(found.has_platform);
	assert_string_equal(found.platform.arch, "arm");
	assert_string_equal(found.platform.variant, "v7");
}

static int collect(void *ctx, const char *name,
		   const struct ig_descriptor *desc)
{
	(void)desc;
	strcat(ctx, name);
	return 0;
}

static int stop(void *ctx, const char *name, const struct ig_descriptor *desc)
{
	(void)ctx;
	(void)name;
	(void)desc;
	return 7;
}

static void walks_names_in_byte_order(void **state)
{
	struct world *w = *state;
	char all[200] = "";

	give(w, "b.io/x:1", "1");
	give(w, "a.io/x:1", "2");
	give(w, "a.io/x:1-z", "3");
	assert_ok(w, ig_store_each(w->store, collect, all, &w->err));
	assert_string_equal(all, "a.io/x:1a.io/x:1-zb.io/x:1");
	assert_int_equal(ig_store_each(w->store, stop, NULL, &w->err), 7);
}

#define FOREIGN                                                                \
	"{\"schemaVersion\":2,\"annotations\":{\"by\":\"other\"},"             \
	"\"manifests\":[{\"mediaType\":\"application/x\",\"digest\":"          \
	"\"sha512:00\",\"size\":1,\"x\":[1,2.5]},{\"mediaType\":"              \
	"\"" IG_MEDIA_MANIFEST "\",\"digest\":\"%s\",\"size\":3,"              \
	"\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\","   \
	"\"mine\":\"kept\"}}],\"later\":{\"y\":null}}"

static void keeps_what_other_tools_wrote(void **state)
{
	struct world *w = *state;
	struct ig_digest digest = digest_text("one");
	char text[2000];
	ig_autofree char *after = NULL;

	snprintf(text, sizeof(text), FOREIGN, digest.text);
	write_text(below(w, "store/index.json"), text);
	has(w, "latest", "one");
	give(w, A, "two");
	give(w, A, "three");
	assert_ok(w, ig_store_unname(w->store, A, &w->err));
	after = read_index(w);
	assert_non_null(strstr(after, "\"sha512:00\""));
	assert_non_null(strstr(after, "2.5"));
	assert_non_null(strstr(after, "\"mine\": \"kept\""));
	assert_non_null(strstr(after, "\"by\": \"other\""));
	assert_non_null(strstr(after, "\"y\": null"));
	assert_null(strstr(after, A));
	has(w, "latest", "one");
}

static void tells_of_a_damaged_index(void **state)
{
	static const char *const texts[] = {
		"",
		"garbage",
		"{",
		"[]",
		"{\"schemaVersion\":2}",
		"{\"schemaVersion\":3,\"manifests\":[]}",
	};
	struct world *w = *state;
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };

	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		write_text(below(w, "store/index.json"), texts[i]);
		assert_fails(w, ig_store_find(&desc, w->store, A, &w->err),
			     IG_EFORMAT, "index.json");
		desc = desc_of("one");
		assert_fails(w, ig_store_name(w->store, A, &desc, &w->err),
			     IG_EFORMAT, "index.json");
		memset(&desc, 0, sizeof(desc));
	}
}

static void begins_again_when_the_index_is_gone(void **state)
{
	struct world *w = *state;

	give(w, A, "one");
	assert_int_equal(unlink(below(w, "store/index.json")), 0);
	assert_int_equal(names_in(w), 0);
	give(w, B, "two");
	has(w, B, "two");
}

static void give_many(const char *path, int who)
{
	struct ig_store *store;
	struct ig_err err;
	char name[64];

	if (ig_store_open(&store, path, &err) < 0)
		_exit(1);
	for (int i = 0; i < 10; i++) {
		struct ig_descriptor desc = desc_of("x");

		snprintf(name, sizeof(name), "a.io/p%d/n%d:1", who, i);
		if (ig_store_name(store, name, &desc, &err) < 0)
			_exit(2);
	}
	_exit(0);
}

static void loses_no_name_of_parallel_programs(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			give_many(w->path, i);
	}
	for (int i = 0; i < 4; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(names_in(w), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(gives_replaces_and_takes_names),
		CASE(keeps_the_platform),
		CASE(walks_names_in_byte_order),
		CASE(keeps_what_other_tools_wrote),
		CASE(tells_of_a_damaged_index),
		CASE(begins_again_when_the_index_is_gone),
		CASE(loses_no_name_of_parallel_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
