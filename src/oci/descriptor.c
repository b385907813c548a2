/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

void ig_descriptor_done(struct ig_descriptor *desc)
{
	ig_freep(&desc->media_type);
	ig_freep(&desc->platform.os);
	ig_freep(&desc->platform.arch);
	ig_freep(&desc->platform.variant);
	ig_freep(&desc->ref_name);
	memset(desc, 0, sizeof(*desc));
}

static int copy(char **out, const char *text, struct ig_err *err)
{
	*out = text ? ig_strdup(text, err) : NULL;
	return text && !*out ? -1 : 0;
}

int ig_descriptor_copy(struct ig_descriptor *out,
		       const struct ig_descriptor *in, struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	out->digest = in->digest;
	out->size = in->size;
	out->has_platform = in->has_platform;
	if (copy(&out->media_type, in->media_type, err) < 0 ||
	    copy(&out->platform.os, in->platform.os, err) < 0 ||
	    copy(&out->platform.arch, in->platform.arch, err) < 0 ||
	    copy(&out->platform.variant, in->platform.variant, err) < 0 ||
	    copy(&out->ref_name, in->ref_name, err) < 0) {
		ig_descriptor_done(out);
		return -1;
	}
	return 0;
}

bool ig_media_is_index(const char *media_type)
{
	return ig_streq(media_type, IG_MEDIA_INDEX) ||
	       ig_streq(media_type, IG_MEDIA_DOCKER_LIST);
}

bool ig_media_is_manifest(const char *media_type)
{
	return ig_streq(media_type, IG_MEDIA_MANIFEST) ||
	       ig_streq(media_type, IG_MEDIA_DOCKER_MANIFEST);
}

char *ig_media_of_doc(const void *json, size_t len, bool *own,
		      struct ig_err *err)
{
	doc_auto json_t *doc = doc_load(json, len, err);
	char *media = NULL;

	if (!doc || doc_need_object(doc, err) < 0 ||
	    doc_text(&media, doc, "mediaType", err) < 0)
		return NULL;
	if (own)
		*own = media != NULL;
	if (media)
		return media;
	return ig_strdup(doc_has(doc, "manifests") ? IG_MEDIA_INDEX
						   : IG_MEDIA_MANIFEST,
			 err);
}

static int parse_platform(struct ig_descriptor *out, const json_t *obj,
			  struct ig_err *err)
{
	json_t *platform;

	if (doc_object(&platform, obj, "platform", err) < 0)
		return -1;
	if (!platform)
		return 0;
	out->has_platform = true;
	if (doc_need_text(&out->platform.arch, platform, "architecture", err) <
		    0 ||
	    doc_need_text(&out->platform.os, platform, "os", err) < 0 ||
	    doc_text(&out->platform.variant, platform, "variant", err) < 0)
		return ig_wrap(err, "platform");
	return 0;
}

/* containerd's name is always the full one; the specification's may be but
 * the tag. */
static int parse_name(struct ig_descriptor *out, const json_t *obj,
		      struct ig_err *err)
{
	json_t *notes;

	if (doc_object(&notes, obj, "annotations", err) < 0)
		return -1;
	if (!notes)
		return 0;
	if (doc_text(&out->ref_name, notes, "io.containerd.image.name", err) <
	    0)
		return ig_wrap(err, "annotations");
	if (!out->ref_name &&
	    doc_text(&out->ref_name, notes, "org.opencontainers.image.ref.name",
		     err) < 0)
		return ig_wrap(err, "annotations");
	return 0;
}

static int parse_digest(struct ig_digest *out, const json_t *obj,
			struct ig_err *err)
{
	ig_autofree char *text = NULL;

	if (doc_need_text(&text, obj, "digest", err) < 0)
		return -1;
	return ig_digest_parse(out, text, strlen(text), err);
}

static int parse(struct ig_descriptor *out, const json_t *obj,
		 struct ig_err *err)
{
	if (doc_need_object(obj, err) < 0 ||
	    doc_need_text(&out->media_type, obj, "mediaType", err) < 0 ||
	    parse_digest(&out->digest, obj, err) < 0 ||
	    doc_size(&out->size, obj, "size", err) < 0 ||
	    parse_platform(out, obj, err) < 0)
		return -1;
	return parse_name(out, obj, err);
}

int descriptor_parse(struct ig_descriptor *out, const json_t *obj,
		     struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	if (parse(out, obj, err) < 0) {
		ig_descriptor_done(out);
		return -1;
	}
	return 0;
}

/* algorithm ::= component (separator component)*, in lower case */
static const char *skip_algorithm(const char *p)
{
	const char *lower = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (;;) {
		size_t len = strspn(p, lower);

		if (len == 0)
			return NULL;
		p += len;
		if (*p == ':')
			return p + 1;
		if (*p == '\0' || !strchr("+._-", *p))
			return NULL;
		p++;
	}
}

bool descriptor_skip(const json_t *obj)
{
	const char *text = json_string_value(doc_get(obj, "digest"));
	const char *encoded = text ? skip_algorithm(text) : NULL;
	size_t len;

	if (!encoded || ig_starts(text, "sha256:"))
		return false;
	len = strspn(encoded, "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=_-");
	return len > 0 && encoded[len] == '\0';
}
