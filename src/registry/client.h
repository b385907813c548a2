/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SRC_REGISTRY_CLIENT_H
#define IG_SRC_REGISTRY_CLIENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/registry.h>

struct ig_buf;
struct ig_descriptor;
struct ig_digest;
struct ig_rope;

#define IDLE_MAX  8
#define WARN_MAX  256
#define SHOW_MAX  256
#define FIELD_MAX 256
#define PLACE_MAX 8192 /* Location: what is longer is refused */

struct ig_registry {
	char **insecure; /* owned, NULL-ended */
	char *ca_file;	 /* owned, or NULL */
	unsigned parallel;
	pthread_mutex_t lock; /* for what follows */
	void *idle[IDLE_MAX]; /* CURL handles with open connections */
	size_t idle_n;
	char warned[WARN_MAX]; /* the last Warning shown */
};

/** handle_take() - a CURL handle of this thread until handle_give(). */
void *handle_take(struct ig_registry *registry, struct ig_err *err);
void handle_give(struct ig_registry *registry, void *curl);

/* ---- show.c: text of a stranger ---- */

/** show() - @text for a message: cut at SHOW_MAX, only printable ASCII. */
const char *show(char out[SHOW_MAX], const char *text);

/* ---- url.c: the only place that builds URLs, from checked parts only ---- */

/** url_plain() - whether @host is asked over http. @insecure: NULL-ended, an
 * entry without port stands for every port; may be NULL. */
bool url_plain(const char *host, const char *const *insecure);
/** url_manifest() - by @digest, or, when NULL, by the tag or "latest". */
char *url_manifest(const struct ig_ref *ref, const struct ig_digest *digest,
		   bool plain, struct ig_err *err);
char *url_blob(const struct ig_ref *ref, const struct ig_digest *digest,
	       bool plain, struct ig_err *err);
/** url_uploads() - where an upload begins. */
char *url_uploads(const struct ig_ref *ref, bool plain, struct ig_err *err);
/** url_upload() - where the bytes of @digest go: the @location that @from
 * answered with, absolute or relative, on the host of @from. IG_ENET. */
char *url_upload(const char *from, const char *location,
		 const struct ig_digest *digest, struct ig_err *err);
/** url_check_redirect() - @to is http or https without credentials, and not
 * http when @from was https. IG_ENET. */
int url_check_redirect(const char *from, const char *to, struct ig_err *err);

/* ---- request.c: one request; redirects of GET and HEAD are followed ---- */

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST, /* without a body */
	METHOD_PUT,  /* of @data */
};

/* What to ask for, and who takes the body of a 200 (NULL: nobody). */
struct fetch {
	enum method method;
	const char *url;
	const char *accept;	    /* or NULL */
	const char *host;	    /* for messages */
	const char *instead;	    /* of a login; NULL: an import */
	const char *type;	    /* of what is sent, or NULL */
	const struct ig_rope *data; /* to send */
	/* Before every try: forget what came. */
	int (*begin)(void *ctx, struct ig_err *err);
	int (*body)(void *ctx, const void *data, size_t len,
		    struct ig_err *err);
	void *ctx;
	const atomic_bool *stop; /* a sibling failed; or NULL */
};

/* What came back. All text is cut, and still a stranger's. */
struct answer {
	int curl;    /* CURLcode */
	long status; /* 0: none */
	bool ours;   /* failed on our side: no use in trying again */
	char type[FIELD_MAX];
	char digest[FIELD_MAX];
	char retry_after[FIELD_MAX];
	char date[FIELD_MAX];
	char location[PLACE_MAX];
};

/** request_run() - one try. IG_ENET, IG_ENOENT (404), IG_ECANCEL, or what
 * fetch->body raised. */
int request_run(struct ig_registry *registry, const struct fetch *fetch,
		struct answer *answer, struct ig_err *err);

/* ---- answer.c ---- */

/** answer_header() - note one header line of @len bytes. */
void answer_header(struct answer *answer, struct ig_registry *registry,
		   const char *line, size_t len);
/** answer_fail() - the error for a status that was not hoped for. */
int answer_fail(const struct answer *answer, const struct fetch *fetch,
		const struct ig_buf *body, struct ig_err *err);

/* ---- retry.c ---- */

/** retry_tries() - how often such an answer may be asked for, in all. */
unsigned retry_tries(const struct answer *answer);
/** retry_after_ms() - what a Retry-After header asks for, at most a minute.
 * @date: the Date header, so that a wrong clock here does not matter, or "";
 * @now: our clock, used without one. -1: nothing that can be understood. */
int64_t retry_after_ms(const char *retry_after, const char *date, int64_t now);
/** retry_delay_ms() - the wait after try number @tried (1, 2, …). */
int64_t retry_delay_ms(const struct answer *answer, unsigned tried,
		       int64_t now);
/** retry() - @once until it succeeds or it is no use; it fills the answer.
 * @stop: as in struct fetch. */
int retry(int (*once)(void *ctx, struct answer *answer, struct ig_err *err),
	  void *ctx, const atomic_bool *stop, struct answer *answer,
	  struct ig_err *err);
/** retry_run() - request_run() that way. */
int retry_run(struct ig_registry *registry, const struct fetch *fetch,
	      struct answer *answer, struct ig_err *err);

/* ---- manifest.c ---- */

/* From where to where. */
struct route {
	struct ig_registry *registry;
	struct ig_store *store;
	const struct ig_ref *ref;
};

/** manifest_top() - the document that the reference names, now in the store. */
int manifest_top(struct ig_descriptor *out, const struct route *route,
		 struct ig_err *err);
/** manifest_walk() - from @top to the manifest for @arch, all in the store. */
int manifest_walk(struct ig_digest *out, const struct route *route,
		  const struct ig_descriptor *top, const char *arch,
		  struct ig_err *err);

/* ---- blob.c ---- */

/** blob_get() - @desc into the store unless it is there. Shows progress. */
int blob_get(const struct route *route, const struct ig_descriptor *desc,
	     const atomic_bool *stop, struct ig_err *err);
/** media_is_layer(), media_is_config() - what can be unpacked or read. */
bool media_is_layer(const char *media_type);
bool media_is_config(const char *media_type);

#endif
