/* SPDX-License-Identifier: Apache-2.0 */
#include <zstd.h>
#include <zstd_errors.h>

#include <ingot/err.h>

#include "decode.h"

#define WINDOW_LOG_MAX 27 /* 128 MiB, as the header promises */

static void unzstd_free(void *state)
{
	ZSTD_freeDCtx(state);
}

static void *unzstd_new(struct ig_err *err)
{
	ZSTD_DCtx *ctx = ZSTD_createDCtx();

	if (!ctx) {
		ig_fail_mem(err);
		return NULL;
	}
	if (ZSTD_isError(ZSTD_DCtx_setParameter(ctx, ZSTD_d_windowLogMax,
						WINDOW_LOG_MAX))) {
		unzstd_free(ctx);
		ig_fail(err, IG_EFORMAT, "libzstd refuses the window limit");
		return NULL;
	}
	return ctx;
}

/* RFC 8878 §3.1.1 and §3.1.2: a frame, or one to be skipped. */
static bool unzstd_begins(const unsigned char *data, size_t len)
{
	if (len < 4)
		return false;
	if (data[0] == 0x28 && data[1] == 0xb5)
		return data[2] == 0x2f && data[3] == 0xfd;
	return (data[0] & 0xf0) == 0x50 && data[1] == 0x2a && data[2] == 0x4d &&
	       data[3] == 0x18;
}

static void unzstd_begin(void *state)
{
	ZSTD_DCtx_reset(state, ZSTD_reset_session_only);
}

static int complain(size_t code, struct ig_err *err)
{
	switch ((int)ZSTD_getErrorCode(code)) {
	case ZSTD_error_memory_allocation:
		return ig_fail_mem(err);
	case ZSTD_error_frameParameter_windowTooLarge:
		return ig_fail(err, IG_ELIMIT,
			       "the zstd window is larger than 128 MiB");
	case ZSTD_error_checksum_wrong:
		return ig_fail(err, IG_EFORMAT,
			       "the zstd data's checksum is wrong");
	default:
		return ig_fail(err, IG_EFORMAT, "the zstd data is damaged: %s",
			       ZSTD_getErrorName(code));
	}
}

static int unzstd_step(void *state, struct step *step, struct ig_err *err)
{
	ZSTD_inBuffer in = { step->in, step->in_len, 0 };
	ZSTD_outBuffer out = { step->out, step->out_len, 0 };
	size_t ret = ZSTD_decompressStream(state, &out, &in);

	if (ZSTD_isError(ret))
		return complain(ret, err);
	step->used = in.pos;
	step->made = out.pos;
	step->ended = ret == 0;
	return 0;
}

const struct unpacker ig_unpacker_zstd = {
	.name = "zstd",
	.new = unzstd_new,
	.begins = unzstd_begins,
	.begin = unzstd_begin,
	.step = unzstd_step,
	.free = unzstd_free,
};
