/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define TEXT_MAX 200

char *ig_error_doc_text(const void *json, size_t len, struct ig_err *err)
{
	doc_auto json_t *doc = doc_load(json, len, err);
	ig_autofree char *code = NULL;
	ig_autofree char *message = NULL;
	const json_t *first;
	char *text;

	if (!doc)
		return NULL;
	first = json_array_get(doc_get(doc, "errors"), 0);
	if (doc_text(&code, first, "code", err) < 0 ||
	    doc_text(&message, first, "message", err) < 0)
		return NULL;
	if (!code && !message) {
		ig_fail(err, IG_EFORMAT, "no error document");
		return NULL;
	}
	text = ig_format(err, "%s%s%s", code ? code : "",
			 code && message ? ": " : "", message ? message : "");
	if (!text)
		return NULL;
	text[strnlen(text, TEXT_MAX)] = '\0';
	doc_mask(text);
	return text;
}
