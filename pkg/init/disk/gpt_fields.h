/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_GPT_FIELDS_H
#define INIT_GPT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

/* UEFI 2.10, 5.3.2: places in the header */
enum {
	HDR_REVISION = 8,
	HDR_SIZE = 12,
	HDR_CRC = 16,
	HDR_SELF = 24,
	HDR_OTHER = 32,
	HDR_USABLE = 40,
	HDR_DISK = 56,
	HDR_ENTRIES = 72,
	HDR_N = 80,
	HDR_ENTRY = 84,
	HDR_ENTRIES_CRC = 88,
	HDR_END = 92
};

/* 5.3.3: places in an entry */
enum {
	ENT_UUID = 16,
	ENT_FIRST = 32,
	ENT_LAST = 40,
	ENT_FLAGS = 48,
	ENT_NAME = 56
};

#define GPT_NAME_UNITS 36

/** gpt_crc() - the sum that entries have in the header. */
uint32_t gpt_crc(const uint8_t *p, size_t len);

/** gpt_header_crc() - the sum of a header of @len bytes, HDR_END or more. */
uint32_t gpt_header_crc(const uint8_t *sector, size_t len);

#endif
