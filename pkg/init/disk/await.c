/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/await.h"

#include "log/log.h"
#include "modules/modules.h"

#include <time.h>

#define SECOND	  1000000
#define PAUSE_MIN 20 /* ms */
#define PAUSE_MAX 500

static bool look(await_fn *fn, void *ctx)
{
	struct blockdevs list;

	if (blockdevs_read(&list) < 0)
		return false;
	bool found = fn(ctx, &list);

	blockdevs_done(&list);
	return found;
}

bool await_devices(await_fn *fn, void *ctx, unsigned seconds)
{
	int64_t end = now_us() + (int64_t)seconds * SECOND;
	long pause = PAUSE_MIN;

	if (look(fn, ctx))
		return true;
	modules_begin();
	for (;;) {
		const struct timespec t = { 0, pause * 1000000 };

		nanosleep(&t, NULL);
		modules_plug();
		if (look(fn, ctx)) {
			modules_end();
			return true;
		}
		if (now_us() >= end)
			break;
		pause = pause * 2 > PAUSE_MAX ? PAUSE_MAX : pause * 2;
	}
	modules_end();
	return false;
}
