/* SPDX-License-Identifier: Apache-2.0 */
#include "pe_test.h"

#define AMD64 0x8664
#define ARM64 0xaa64
#define STUB  "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"

/* Computed apart from this code, with Python's hashlib. */
#define HASH  "f1b534b4550ef33fa10b8f921b686b4e64a746510b1ca9c638a9d32ade6b671f"
#define PCR_4 "22003c681992dda5d12fe53e3e074b3ed62f8174c1ee69d338bf43703ac716e5"
#define PCR_6 "61e0e9c95b280f217d73040e50aedc43eeebc62ca9e68e78a3786ca65ba8960d"

static void names_the_machine(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *amd64 = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep) struct ig_rope *arm64 = t_pe_rope(ARM64);
	IG_AUTO(ig_rope_freep) struct ig_rope *i386 = t_pe_rope(0x14c);

	(void)state;
	assert_string_equal(ig_pe_machine(amd64, &t_err), "amd64");
	assert_string_equal(ig_pe_machine(arm64, &t_err), "arm64");
	assert_null(ig_pe_machine(i386, &t_err));
	assert_int_equal(t_err.code, IG_EFORMAT);
	assert_non_null(strstr(t_err.msg, "machine 0x014c"));
}

static void hashes_all_but_what_authenticode_leaves_out(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	unsigned char hash[32];
	char hex[65];

	(void)state;
	assert_int_equal(ig_pe_hash(hash, pe, &t_err), 0);
	ig_hex(hex, hash, sizeof(hash));
	assert_string_equal(hex, HASH);
}

/* One field of a good file made bad. */
static const struct {
	size_t at;
	uint32_t value;
	unsigned width;
	const char *part;
} hostile[] = {
	{ 0, 0, 2, "does not begin with MZ" },
	{ 0x3c, 0, 4, "header would be at 0" },
	{ 0x3c, 0xffffffff, 4, "header would be at 4294967295" },
	{ 0x3c, T_PE_LEN - 2, 4, "ends within its headers" },
	{ 0x3c, 0x100, 4, "no PE signature" },
	{ T_COFF + 4, 0, 2, "machine 0x0000" },
	{ T_COFF + 6, 0, 2, "0 sections" },
	{ T_COFF + 6, 97, 2, "97 sections" },
	{ T_COFF + 6, 96, 2, "do not hold 96 sections" },
	{ T_COFF + 20, 0, 2, "0 bytes, too few" },
	{ T_COFF + 20, 0xffff, 2, "do not hold 2 sections" },
	{ T_COFF + 20, 120, 2, "16 data directories do not fit" },
	{ T_OPTIONAL, 0x10b, 2, "not PE32+" },
	{ T_OPTIONAL + 32, 0, 4, "make no sense" },
	{ T_OPTIONAL + 32, 0x80000000, 4, "make no sense" },
	{ T_OPTIONAL + 36, 3, 4, "make no sense" },
	{ T_OPTIONAL + 60, 0, 4, "headers (0 bytes)" },
	{ T_OPTIONAL + 60, T_PE_LEN + 1, 4, "headers (2049 bytes)" },
	{ T_OPTIONAL + 60, 0xffffffff, 4, "headers (" },
	{ T_OPTIONAL + 108, 17, 4, "17 data directories" },
	{ T_OPTIONAL + 108, 0xffffffff, 4, "data directories" },
	{ T_OPTIONAL + 108, 4, 4, "no place for a signature" },
	{ T_SECURITY, 8, 4, "certificate table (0 bytes at 8)" },
	{ T_SECURITY + 4, 8, 4, "certificate table (8 bytes at 0)" },
	{ T_TABLE + 16, 0xfffffe00, 4, "'.text' (4294966784 bytes" },
	{ T_TABLE + 20, 0, 4, "'.text' (512 bytes at 0)" },
	{ T_TABLE + 20, 0xffffffff, 4, "is not inside the file" },
	{ T_TABLE + 12, 0xffffffff, 4, "'.text' ends past 4 GiB" },
	{ T_TABLE + 8, 0xfffff001, 4, "'.text' ends past 4 GiB" },
	{ T_TABLE + 20, 1536, 4, "leaves a gap or overlaps" },
	{ T_TABLE + 60, 1024, 4, "leaves a gap or overlaps" },
	{ T_TABLE, 0x80ff1b0a, 4, NULL }, /* a name with controls */
};

static void refuses_hostile_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(hostile); i++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *rope = NULL;
		unsigned char pe[T_PE_LEN], hash[32];
		int ret;

		t_pe(pe, AMD64);
		t_put(pe, hostile[i].at, hostile[i].value, hostile[i].width);
		rope = t_rope(pe, sizeof(pe));
		ig_err_clear(&t_err);
		ret = ig_pe_hash(hash, rope, &t_err);
		if (!hostile[i].part) {
			assert_int_equal(ret, 0);
			continue;
		}
		assert_int_equal(ret, -1);
		assert_int_equal(t_err.code, IG_EFORMAT);
		if (!strstr(t_err.msg, hostile[i].part))
			fail_msg("case %zu: %s", i, t_err.msg);
	}
}

static void refuses_every_cut_of_its_headers(void **state)
{
	unsigned char pe[T_PE_LEN], hash[32];

	(void)state;
	t_pe(pe, AMD64);
	for (size_t len = 0; len < sizeof(pe); len++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *cut = t_rope(pe, len);

		ig_err_clear(&t_err);
		assert_int_equal(ig_pe_hash(hash, cut, &t_err), -1);
		assert_int_equal(t_err.code, IG_EFORMAT);
	}
}

struct parts {
	struct ig_rope *stub, *kernel, *initrd, *splash, *dtb;
	struct ig_uki uki;
};

static void parts_done(struct parts *p)
{
	ig_rope_free(p->stub);
	ig_rope_free(p->kernel);
	ig_rope_free(p->initrd);
	ig_rope_free(p->splash);
	ig_rope_free(p->dtb);
}

static void parts_init(struct parts *p)
{
	p->stub = t_pe_rope(AMD64);
	p->kernel = t_pe_rope(AMD64);
	p->initrd = t_text("initrd");
	p->splash = t_text("BM");
	p->dtb = t_text("tree");
	p->uki = (struct ig_uki){ .stub = p->stub,
				  .kernel = p->kernel,
				  .initrd = p->initrd,
				  .cmdline = "quiet",
				  .os_release = "ID=test\n",
				  .uname = "6.1.0" };
}

static struct ig_rope *write_uki(const struct ig_uki *uki)
{
	struct ig_rope *out = ig_rope_new(&t_err);

	if (ig_uki_write(out, uki, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return out;
}

static void predicts_pcr_11(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	unsigned char pcr[32];
	char hex[65];

	(void)state;
	parts_init(&p);
	assert_int_equal(ig_uki_pcr11(pcr, &p.uki, &t_err), 0);
	ig_hex(hex, pcr, 32);
	assert_string_equal(hex, PCR_4);
	p.uki.splash = p.splash;
	p.uki.dtb = p.dtb;
	p.uki.uname = NULL; /* not measured */
	assert_int_equal(ig_uki_pcr11(pcr, &p.uki, &t_err), 0);
	ig_hex(hex, pcr, 32);
	assert_string_equal(hex, PCR_6);
}

/* A guest's event log: OVMF, systemd-stub 252, Debian's kernel. */
static void predicts_pcr_4(void **state)
{
	static const struct {
		const char *uki, *kernel, *pcr;
	} cases[] = {
		{ "e2735c7529061147d542a937f0f4f4f0be6c79cc34448c7589e5d79ddb5c79a8",
		  "5f21ff2c0d5d899842b28a8b19901ba72cf7a7ab93c02a77fadc6ff72be85b31",
		  "c83bd2709b3020dc786b2729b48873e732f24a0f277d83dc9c56cb0a750ff92f" },
		/* with Secure Boot */
		{ "5c9ddb86f895de52962f982a3916f1474f5534596a7c8675d6ec2f18f5a001c3",
		  NULL,
		  "a8cf37cd670911b73aef110b0d3463c21738e7a3041763145611b2ca32a0492b" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		unsigned char programs[64], pcr[32];
		size_t n = cases[i].kernel ? 2 : 1;
		char hex[65];

		for (size_t k = 0; k < n * 32; k++) {
			const char *text =
				k < 32 ? cases[i].uki : cases[i].kernel;
			unsigned value;

			assert_int_equal(
				sscanf(text + k % 32 * 2, "%2x", &value), 1);
			programs[k] = (unsigned char)value;
		}
		assert_int_equal(ig_pcr4(pcr, programs, n, &t_err), 0);
		ig_hex(hex, pcr, 32);
		assert_string_equal(hex, cases[i].pcr);
	}
}

static void takes_hashes_that_are_known(void **state)
{
	static const unsigned char ones[32] = { 1 };
	IG_AUTO(parts_done) struct parts p;
	unsigned char before[32], after[32];

	(void)state;
	parts_init(&p);
	assert_int_equal(ig_uki_pcr11(before, &p.uki, &t_err), 0);
	p.uki.kernel_sha256 = ones;
	assert_int_equal(ig_uki_pcr11(after, &p.uki, &t_err), 0);
	assert_memory_not_equal(before, after, 32);
}

static void pads_a_file_but_not_what_is_loaded(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	unsigned char file[32], loaded[32];

	(void)state;
	assert_int_equal(ig_pe_hash(file, pe, &t_err), 0);
	assert_int_equal(ig_pe_hash_loaded(loaded, pe, &t_err), 0);
	assert_memory_equal(file, loaded, 32);
	assert_int_equal(ig_rope_mem(pe, "tail", 4, &t_err), 0);
	assert_int_equal(ig_pe_hash(file, pe, &t_err), 0);
	assert_int_equal(ig_pe_hash_loaded(loaded, pe, &t_err), 0);
	assert_memory_not_equal(file, loaded, 32);
	assert_int_equal(ig_rope_zero(pe, 4, &t_err), 0);
	assert_int_equal(ig_pe_hash_loaded(loaded, pe, &t_err), 0);
	assert_memory_equal(file, loaded, 32);
}

static void puts_sections_behind_the_stubs(void **state)
{
	static const struct {
		const char *name, *begin;
		uint32_t vsize, va, raw_size, raw;
	} want[] = {
		{ ".text", "TTTT", 500, 0x1000, 512, 1024 },
		{ ".data", "DDDD", 0x900, 0x2000, 512, 1536 },
		{ ".osrel", "ID=test\n", 8, 0x3000, 512, 2048 },
		{ ".cmdline", "quiet", 5, 0x4000, 512, 2560 },
		{ ".uname", "6.1.0", 5, 0x5000, 512, 3072 },
		{ ".linux", "MZ", 2048, 0x6000, 2048, 3584 },
		{ ".initrd", "initrd", 6, 0x7000, 512, 5632 },
		{ ".splash", "BM", 2, 0x8000, 512, 6144 },
		{ ".dtb", "tree", 4, 0x9000, 512, 6656 },
	};
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *uki = NULL;
	ig_autofree unsigned char *pe = NULL;

	(void)state;
	parts_init(&p);
	p.uki.splash = p.splash;
	p.uki.dtb = p.dtb;
	uki = write_uki(&p.uki);
	pe = t_bytes(uki);
	assert_int_equal(ig_rope_size(uki), 7168);
	assert_int_equal(t_get(pe, T_COFF + 6, 2), IG_COUNT(want));
	for (size_t i = 0; i < IG_COUNT(want); i++) {
		size_t at = T_TABLE + i * 40;

		assert_memory_equal(pe + at, want[i].name,
				    strlen(want[i].name));
		assert_int_equal(t_get(pe, at + 8, 4), want[i].vsize);
		assert_int_equal(t_get(pe, at + 12, 4), want[i].va);
		assert_int_equal(t_get(pe, at + 16, 4), want[i].raw_size);
		assert_int_equal(t_get(pe, at + 20, 4), want[i].raw);
		assert_memory_equal(pe + want[i].raw, want[i].begin,
				    strlen(want[i].begin));
		if (i > 1)
			assert_int_equal(t_get(pe, at + 36, 4), 0x40000040);
	}
	assert_int_equal(t_get(pe, T_COFF + 12, 4), 0);
	assert_int_equal(t_get(pe, T_OPTIONAL + 8, 4), 512 + 5120);
	assert_int_equal(t_get(pe, T_OPTIONAL + 56, 4), 0xa000);
	assert_int_equal(t_get(pe, T_OPTIONAL + 64, 4), 0);
}

static void leaves_out_what_is_not_given(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *uki = NULL;
	ig_autofree unsigned char *pe = NULL;

	(void)state;
	parts_init(&p);
	p.uki = (struct ig_uki){ .stub = p.stub,
				 .kernel = p.kernel,
				 .cmdline = "" };
	uki = write_uki(&p.uki);
	pe = t_bytes(uki);
	assert_int_equal(t_get(pe, T_COFF + 6, 2), 3);
	assert_string_equal((char *)pe + T_TABLE + 80, ".linux");
}

static void drops_symbols_behind_the_stubs_sections(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *plain = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *again = NULL;
	ig_autofree unsigned char *a = NULL;
	ig_autofree unsigned char *b = NULL;

	(void)state;
	parts_init(&p);
	plain = write_uki(&p.uki);
	assert_int_equal(ig_rope_mem(p.stub, "symbols", 7, &t_err), 0);
	again = write_uki(&p.uki);
	assert_int_equal(ig_rope_size(plain), ig_rope_size(again));
	a = t_bytes(plain);
	b = t_bytes(again);
	assert_memory_equal(a, b, (size_t)ig_rope_size(plain));
}

static void refuses_uki(const struct ig_uki *uki, enum ig_code code,
			const char *part)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(&t_err);

	ig_err_clear(&t_err);
	assert_int_equal(ig_uki_write(out, uki, &t_err), -1);
	assert_int_equal(t_err.code, code);
	if (!strstr(t_err.msg, part))
		fail_msg("%s", t_err.msg);
}

static void refuses_a_kernel_that_does_not_fit_the_stub(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *arm64 = t_pe_rope(ARM64);

	(void)state;
	parts_init(&p);
	p.uki.kernel = arm64;
	refuses_uki(&p.uki, IG_EFORMAT,
		    "the kernel is for arm64 but the stub is for amd64");
	p.uki.kernel = p.initrd;
	refuses_uki(&p.uki, IG_EFORMAT, "the kernel has no EFI stub");
	p.uki.kernel = p.kernel;
	p.uki.stub = p.initrd;
	refuses_uki(&p.uki, IG_EFORMAT, "the UKI's stub: not a PE file");
}

static void refuses_a_stub_that_is_a_uki(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *uki = NULL;

	(void)state;
	parts_init(&p);
	uki = write_uki(&p.uki);
	p.uki.stub = uki;
	refuses_uki(&p.uki, IG_EFORMAT, "has a section '.osrel' already");
}

static void refuses_a_stub_without_room_for_headers(void **state)
{
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *full = NULL;
	unsigned char pe[T_PE_LEN];

	(void)state;
	parts_init(&p);
	t_pe(pe, AMD64);
	/* 1024 - (392 + 12 * 40) leave room for 3 */
	t_put(pe, T_COFF + 6, 12, 2);
	full = t_rope(pe, sizeof(pe));
	p.uki.stub = full;
	refuses_uki(&p.uki, IG_ELIMIT,
		    "have room for 3 more sections, and 5 are wanted");
}

static void refuses_to_grow_past_4_gib(void **state)
{
	static const uint64_t sizes[] = { UINT64_C(5) << 30, 0xffffffff,
					  0xffff8000 };
	IG_AUTO(parts_done) struct parts p;

	(void)state;
	parts_init(&p);
	for (size_t i = 0; i < IG_COUNT(sizes); i++) {
		IG_AUTO(ig_rope_freep)
		struct ig_rope *huge = ig_rope_new(&t_err);

		assert_int_equal(ig_rope_zero(huge, sizes[i], &t_err), 0);
		p.uki.initrd = huge;
		refuses_uki(&p.uki, IG_ELIMIT,
			    "past 4 GiB with its section '.initrd'");
	}
}

static struct ig_rope *open_file(const char *path)
{
	struct ig_rope *rope = ig_rope_new(&t_err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		ig_rope_free(rope);
		skip();
	}
	assert_int_equal(ig_rope_own(rope, fd, &t_err), 0);
	return rope;
}

static void works_with_systemds_stub(void **state)
{
	static const char *const argv[] = { "objdump", "-h", "real.efi", NULL };
	static const char *const lines[] = {
		".text         0000",	  ".sdmagic      00000034",
		".osrel        00000008", ".cmdline      00000005",
		".uname        00000005", ".linux        00000800",
		".initrd       00000006",
	};
	IG_AUTO(parts_done) struct parts p;
	IG_AUTO(ig_rope_freep) struct ig_rope *stub = open_file(STUB);
	IG_AUTO(ig_rope_freep) struct ig_rope *uki = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(65536);
	const char *at;

	(void)state;
	parts_init(&p);
	p.uki.stub = stub;
	uki = write_uki(&p.uki);
	t_save(uki, "real.efi");
	assert_true(t_runs(&out, argv));
	at = out.data;
	assert_non_null(at);
	for (size_t i = 0; i < IG_COUNT(lines); i++) {
		at = strstr(at, lines[i]);
		if (!at) {
			fail_msg("no '%s' in its place", lines[i]);
			return;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_machine),
		cmocka_unit_test(hashes_all_but_what_authenticode_leaves_out),
		cmocka_unit_test(refuses_hostile_headers),
		cmocka_unit_test(refuses_every_cut_of_its_headers),
		cmocka_unit_test(predicts_pcr_11),
		cmocka_unit_test(predicts_pcr_4),
		cmocka_unit_test(takes_hashes_that_are_known),
		cmocka_unit_test(pads_a_file_but_not_what_is_loaded),
		cmocka_unit_test(puts_sections_behind_the_stubs),
		cmocka_unit_test(leaves_out_what_is_not_given),
		cmocka_unit_test(drops_symbols_behind_the_stubs_sections),
		cmocka_unit_test(refuses_a_kernel_that_does_not_fit_the_stub),
		cmocka_unit_test(refuses_a_stub_that_is_a_uki),
		cmocka_unit_test(refuses_a_stub_without_room_for_headers),
		cmocka_unit_test(refuses_to_grow_past_4_gib),
		cmocka_unit_test(works_with_systemds_stub),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
