/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <ingot/err.h>

#define LABEL_MAX 32u
#define TIME_MIN  (-2208988800) /* 1900: what a record can say */
#define TIME_MAX  5869583999	/* 2155 */

enum { /* ECMA-119, 8.1.1 */
	BOOT_RECORD = 0,
	PRIMARY = 1,
	SUPPLEMENTARY = 2,
	TERMINATOR = 255,
};

void iso_le16(unsigned char *to, uint32_t value)
{
	to[0] = (unsigned char)value;
	to[1] = (unsigned char)(value >> 8);
}

void iso_le32(unsigned char *to, uint32_t value)
{
	iso_le16(to, value);
	iso_le16(to + 2, value >> 16);
}

void iso_be16(unsigned char *to, uint32_t value)
{
	to[0] = (unsigned char)(value >> 8);
	to[1] = (unsigned char)value;
}

void iso_be32(unsigned char *to, uint32_t value)
{
	iso_be16(to, value >> 16);
	iso_be16(to + 2, value);
}

void iso_both16(unsigned char to[4], uint32_t value)
{
	iso_le16(to, value);
	iso_be16(to + 2, value);
}

void iso_both32(unsigned char to[8], uint32_t value)
{
	iso_le32(to, value);
	iso_be32(to + 4, value);
}

int iso_check_label(const struct ig_iso_opts *opts, struct ig_err *err)
{
	const char *label = opts->label ? opts->label : "";
	size_t len = strlen(label);

	if (len > LABEL_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "volume label '%s' is longer than %u", label,
			       LABEL_MAX);
	for (size_t i = 0; i < len; i++)
		if (label[i] < ' ' || label[i] > '~')
			return ig_fail(err, IG_EFORMAT,
				       "volume label '%s' is not plain ASCII",
				       label);
	return 0;
}

static struct tm civil(int64_t when)
{
	struct tm tm = { 0 };
	time_t clamped = (time_t)(when < TIME_MIN   ? TIME_MIN
				  : when > TIME_MAX ? TIME_MAX
						    : when);

	gmtime_r(&clamped, &tm);
	return tm;
}

void iso_time7(unsigned char out[7], int64_t time)
{
	struct tm tm = civil(time);

	out[0] = (unsigned char)tm.tm_year;
	out[1] = (unsigned char)(tm.tm_mon + 1);
	out[2] = (unsigned char)tm.tm_mday;
	out[3] = (unsigned char)tm.tm_hour;
	out[4] = (unsigned char)tm.tm_min;
	out[5] = (unsigned char)tm.tm_sec;
	out[6] = 0;
}

/* 8.4.26.1: digits to the hundredth of a second, and the zone. */
static void put_time17(unsigned char out[17], int64_t time, unsigned hundredths)
{
	struct tm tm = civil(time);
	char text[80];

	snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02d%02u",
		 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec, hundredths);
	memcpy(out, text, 16);
	out[16] = 0;
}

static void put_text(unsigned char *out, size_t len, const char *text,
		     enum iso_view view)
{
	size_t step = view == ISO_JOLIET ? 2 : 1;

	for (size_t i = 0; i + step <= len; i += step) {
		out[i] = 0;
		out[i + step - 1] = (unsigned char)(*text ? *text++ : ' ');
	}
}

static void put_begin(unsigned char *out, unsigned char type)
{
	out[0] = type;
	memcpy(out + 1, "CD001\1", 6);
}

static void put_texts(unsigned char *out, const struct iso_image *image,
		      enum iso_view view)
{
	const char *label = image->opts->label;

	put_text(out + 8, 32, "", view);
	put_text(out + 40, 32, label && *label ? label : "ISOIMAGE", view);
	put_text(out + 190, 128, "", view); /* volume set */
	put_text(out + 318, 128, "", view); /* publisher */
	put_text(out + 446, 128, "", view); /* preparer */
	put_text(out + 574, 128, "INGOT", view);
	put_text(out + 702, 37, "", view); /* files with texts */
	put_text(out + 739, 37, "", view);
	put_text(out + 776, 37, "", view);
}

/*
 * 8.4, 8.5. The time of modification is what readers call the UUID of the
 * volume: its hundredths come from the seed, so that images made for the same
 * date are not all the same.
 */
static void put_volume(unsigned char *out, const struct iso_image *image,
		       enum iso_view view)
{
	const struct iso_dirs *dirs = &image->dirs[view];
	const struct ig_iso_opts *opts = image->opts;

	put_begin(out, view == ISO_PLAIN ? PRIMARY : SUPPLEMENTARY);
	put_texts(out, image, view);
	iso_both32(out + 80, image->blocks);
	if (view == ISO_JOLIET)
		memcpy(out + 88, "%/E", 3);
	iso_both16(out + 120, 1);
	iso_both16(out + 124, 1);
	iso_both16(out + 128, ISO_BLOCK);
	iso_both32(out + 132, dirs->table_size);
	iso_le32(out + 140, dirs->table_lba[0]);
	iso_be32(out + 148, dirs->table_lba[1]);
	iso_record(out + 156, &image->root->at[view], 0x02, image->root->time);
	put_time17(out + 813, opts->time, 0);
	put_time17(out + 830, opts->time,
		   ig_seed_u32(opts->seed, "iso volume") % 100);
	memset(out + 847, '0', 16); /* never expires */
	memset(out + 864, '0', 16); /* effective at once */
	out[881] = 1;
}

uint32_t iso_descriptors(const struct iso_image *image)
{
	return 3 + (image->opts->boots_n > 0);
}

void iso_put_descriptors(unsigned char *out, const struct iso_image *image)
{
	put_volume(out, image, ISO_PLAIN);
	out += ISO_BLOCK;
	if (image->opts->boots_n) {
		/* El Torito 1.0, figure 7: block 17. */
		put_begin(out, BOOT_RECORD);
		memcpy(out + 7, "EL TORITO SPECIFICATION", 23);
		iso_le32(out + 71, image->catalog);
		out += ISO_BLOCK;
	}
	put_volume(out, image, ISO_JOLIET);
	put_begin(out + ISO_BLOCK, TERMINATOR);
}

static size_t table_record(const struct iso_place *at)
{
	return 8u + at->id_len + at->id_len % 2u;
}

int iso_measure_table(struct iso_dirs *dirs, enum iso_view view,
		      struct ig_err *err)
{
	uint64_t size = 0;

	for (size_t i = 0; i < dirs->n; i++) {
		const struct iso_node *dir = dirs->v[i];

		if (dir->parent->at[view].number > UINT16_MAX)
			return ig_fail(
				err, IG_ELIMIT,
				"an ISO image of %zu folders: only %u of them can have folders",
				dirs->n, UINT16_MAX);
		size += table_record(&dir->at[view]);
	}
	if (size > UINT32_MAX)
		return ig_fail(err, IG_ELIMIT, "an ISO image of %zu folders",
			       dirs->n);
	dirs->table_size = (uint32_t)size;
	return 0;
}

/* 6.9, 9.4 */
void iso_put_table(unsigned char *out, const struct iso_dirs *dirs,
		   enum iso_view view, bool big)
{
	for (size_t i = 0; i < dirs->n; i++) {
		const struct iso_place *at = &dirs->v[i]->at[view];
		uint32_t up = dirs->v[i]->parent->at[view].number;

		out[0] = at->id_len;
		if (big) {
			iso_be32(out + 2, at->lba);
			iso_be16(out + 6, up);
		} else {
			iso_le32(out + 2, at->lba);
			iso_le16(out + 6, up);
		}
		memcpy(out + 8, at->id, at->id_len);
		out += table_record(at);
	}
}
