/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <string.h>

#include <openssl/crypto.h>

#include <ingot/own.h>
#include <ingot/str.h>

/* RFC 7512: pk11-URI = "pkcs11:" path [ "?" query ]; the query's attributes
 * are separated by '&'. */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static char *decode(const char *text, size_t len)
{
	char *out = ig_strcopy(text, len);
	char *to = out;

	for (size_t i = 0; out && i < len; i++) {
		bool coded = text[i] == '%' && i + 2 < len &&
			     hex_digit(text[i + 1]) >= 0 &&
			     hex_digit(text[i + 2]) >= 0;

		*to++ = coded ? (char)(hex_digit(text[i + 1]) * 16 +
				       hex_digit(text[i + 2]))
			      : text[i];
		i += coded ? 2 : 0;
	}
	if (out)
		*to = '\0';
	return out;
}

static char **place_of(struct pkcs11_uri *uri, const char **value,
		       const char *attribute)
{
	if (ig_starts(attribute, "pin-value=")) {
		*value = attribute + strlen("pin-value=");
		return &uri->pin;
	}
	if (ig_starts(attribute, "module-path=")) {
		*value = attribute + strlen("module-path=");
		return &uri->module;
	}
	return NULL;
}

static int take_attribute(struct pkcs11_uri *uri, char *to, const char *at,
			  size_t len, struct ig_err *err)
{
	const char *value;
	char **place = place_of(uri, &value, at);
	size_t end = strlen(to);

	if (!place) {
		to[end] = strchr(to, '?') ? '&' : '?';
		memcpy(to + end + 1, at, len);
		to[end + 1 + len] = '\0';
		return 0;
	}
	if (*place)
		return ig_fail(err, IG_EUSAGE,
			       "an attribute is twice in the pkcs11 URI");
	*place = decode(value, len - (size_t)(value - at));
	return *place ? 0 : ig_fail_mem(err);
}

int pkcs11_uri_parse(struct pkcs11_uri *out, const char *uri,
		     struct ig_err *err)
{
	const char *at = strchr(uri, '?');

	memset(out, 0, sizeof(*out));
	out->rest = ig_strdup(uri, err);
	if (!out->rest)
		return -1;
	if (!at)
		return 0;
	OPENSSL_cleanse(out->rest + (at - uri), strlen(at));
	while (*at) {
		size_t len = strcspn(++at, "&");

		if (len && take_attribute(out, out->rest, at, len, err) < 0) {
			pkcs11_uri_done(out);
			return -1;
		}
		at += len;
	}
	return 0;
}

void pkcs11_uri_done(struct pkcs11_uri *uri)
{
	if (uri->pin)
		OPENSSL_cleanse(uri->pin, strlen(uri->pin));
	ig_freep(&uri->pin);
	ig_freep(&uri->module);
	ig_freep(&uri->rest);
	memset(uri, 0, sizeof(*uri));
}
