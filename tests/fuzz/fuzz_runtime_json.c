/* SPDX-License-Identifier: Apache-2.0 */
/* What PID 1 reads of a bundle: refused with a reason, or whole. Of the other
 * file, which is the runtime's, only the places. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "service/places.h"
#include "service/runtime_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches every byte, so that a sanitizer sees what is not ours. */
static size_t weigh(const char *text)
{
	return text ? strlen(text) : 0;
}

static size_t weigh_all(const struct strings *s)
{
	size_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += weigh(s->v[i]);
	return sum;
}

static size_t weigh_runtime(const struct runtime *r)
{
	size_t sum =
		weigh_all(&r->cgroups) + weigh_all(&r->mkdir) + weigh(r->space);

	for (size_t i = 0; i < r->n_mounts; i++)
		sum += weigh(r->mounts[i].destination) +
		       weigh(r->mounts[i].type) + weigh(r->mounts[i].source) +
		       weigh_all(&r->mounts[i].options);
	for (size_t i = 0; i < r->n_ifaces; i++)
		sum += weigh(r->ifaces[i].name) + weigh(r->ifaces[i].add) +
		       weigh(r->ifaces[i].peer);
	for (int i = 0; i < NS_COUNT; i++)
		sum += weigh(r->bind_ns[i]);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct runtime r;
	char msg[200] = "";

	places_ready("/", (const char *)data, size);
	if (runtime_parse(&r, (const char *)data, size, msg, sizeof(msg)) < 0) {
		if (!msg[0] || strlen(msg) >= sizeof(msg) ||
		    weigh_runtime(&r) > 0 || r.n_mounts > 0)
			abort();
		return 0;
	}
	/* an escape never makes text longer than it was written */
	if (weigh_runtime(&r) > size)
		abort();
	runtime_needs_pid(&r);
	runtime_free(&r);
	return 0;
}
