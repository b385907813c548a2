/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_DISK_H
#define IG_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_rope;
struct ig_sink;
struct ig_tree;

/*
 * Disk and boot media, each a function from ropes to a rope. Nothing is
 * copied; all identifiers and serials come from the caller's seed, a hash of
 * the content, so bytes depend on the inputs alone. Ropes that go in must
 * outlive the one that comes out.
 */

#define IG_SECTOR 512u

/** ig_seed_uuid() - a version 8 UUID (RFC 9562) from 64 hex digits and what
 * it is for, in the mixed-endian byte order of GPT. */
void ig_seed_uuid(unsigned char out[16], const char *seed, const char *use);
/** ig_seed_u32() - 32 bits from the seed, for FAT and MBR. */
uint32_t ig_seed_u32(const char *seed, const char *use);

/* ---- FAT (Microsoft: FAT32 File System Specification 1.03) ---- */

struct ig_fat_file {
	const char *path; /* "EFI/BOOT/BOOTX64.EFI"; folders are made */
	const struct ig_rope *data;
};
struct ig_fat_opts {
	const char *label; /* at most 11 characters of A-Z 0-9 _ - */
	const char *seed;
	uint64_t size;	       /* bytes, or 0: what the content needs */
	uint64_t reserve;      /* free bytes to leave when size is 0 */
	uint32_t hidden;       /* sectors before the volume on its disk */
	int64_t time;	       /* of every entry, seconds; before 1980: 1980 */
	const void *boot_code; /* for bytes 0x5A… (FAT32), or NULL */
	size_t boot_code_len;  /* at most 420 */
	/* where each file's data begins: byte offsets, files_n of them */
	uint64_t *where; /* or NULL */
};
/** ig_fat_write() - a FAT32 volume (FAT16 where it would have fewer clusters
 * than FAT32 must have, 65525), each file in one run. Long names where 8.3
 * does not hold them. IG_ELIMIT for a file of 4 GiB or more and for content
 * that does not fit; IG_EFORMAT for names FAT cannot have and for names equal
 * but for case. */
int ig_fat_write(struct ig_rope *out, const struct ig_fat_file *files,
		 size_t files_n, const struct ig_fat_opts *opts,
		 struct ig_err *err);

/* ---- partition tables (UEFI 2.10, chapter 5) ---- */

struct ig_partition {
	const char *type;    /* GPT type GUID as text, "C12A7328-F81F-…" */
	uint8_t mbr_type;    /* in an MBR */
	const char *name;    /* at most 35 ASCII characters */
	uint64_t attributes; /* GPT; bit 2: legacy BIOS bootable */
	const char *uuid;    /* GPT, as text; NULL: from the seed */
	const struct ig_rope *data;
	uint64_t size; /* bytes at least; 0: as data */
};
struct ig_disk_opts {
	const char *seed;
	uint64_t size;	  /* of the whole disk; 0: as needed */
	const void *boot; /* up to 440 bytes for sector 0, or NULL */
	size_t boot_len;
	uint64_t align;	 /* of partitions, bytes; 0: 1 MiB */
	uint64_t *where; /* receives each partition's first byte; NULL */
};
/** ig_gpt_write() - protective MBR, primary and backup GPT, partitions. */
int ig_gpt_write(struct ig_rope *out, const struct ig_partition *parts,
		 size_t n, const struct ig_disk_opts *opts, struct ig_err *err);
/** ig_mbr_write() - a DOS partition table; the first partition is active. */
int ig_mbr_write(struct ig_rope *out, const struct ig_partition *parts,
		 size_t n, const struct ig_disk_opts *opts, struct ig_err *err);

/* ---- ISO 9660 (ECMA-119) with Rock Ridge, Joliet, El Torito ---- */

struct ig_iso_file {
	const char *path; /* "boot/initrd.img" */
	const struct ig_rope *data;
	uint32_t mode; /* permission bits; 0: 0644 */
};
struct ig_iso_boot {
	uint8_t platform;   /* 0x00 BIOS, 0xEF UEFI */
	const char *path;   /* of a file of the image */
	uint16_t load_size; /* 512-byte sectors; 0: all of it (UEFI) */
	bool info_table;    /* patch bytes 8–63 (isolinux, GRUB) */
};
struct ig_iso_opts {
	const char *label; /* volume id, at most 32 */
	const char *seed;
	int64_t time; /* seconds; of the volume and all files */
	const struct ig_iso_boot *boots;
	size_t boots_n;
	/* The first 32 KiB (hybrid MBR code), or NULL; a GPT and MBR table
	 * that show the UEFI boot image as a partition are put into it when
	 * @hybrid is set, so that the file boots from a USB stick too. */
	const void *system_area;
	size_t system_area_len;
	bool hybrid;
	uint64_t *where; /* receives each file's first byte, or NULL */
};
int ig_iso_write(struct ig_rope *out, const struct ig_iso_file *files, size_t n,
		 const struct ig_iso_opts *opts, struct ig_err *err);
/** ig_iso_tree() - the same with a whole tree (Rock Ridge keeps types, modes,
 * owners, links, device numbers) below the root, besides @files. */
int ig_iso_tree(struct ig_rope *out, const struct ig_tree *tree,
		const struct ig_iso_file *files, size_t n,
		const struct ig_iso_opts *opts, struct ig_err *err);

/* ---- PE, UKI (UAPI: Unified Kernel Image) ---- */

struct ig_uki {
	const struct ig_rope *stub; /* systemd's linuxx64.efi.stub */
	const struct ig_rope *kernel, *initrd;
	const char *cmdline, *os_release, *uname; /* NULL: no such section */
	const struct ig_rope *splash, *dtb;	  /* or NULL */
	/* for ig_uki_pcr11(), when they are known already; or NULL */
	const unsigned char *kernel_sha256, *initrd_sha256;
};
/** ig_uki_write() - @uki's stub with the sections appended. IG_EFORMAT when
 * the stub or the kernel is not a PE of one machine type, IG_ELIMIT when
 * there is no room for section headers or it grows past 4 GiB. */
int ig_uki_write(struct ig_rope *out, const struct ig_uki *uki,
		 struct ig_err *err);
/** ig_pe_machine() - "amd64", "arm64", or NULL with @err. */
const char *ig_pe_machine(const struct ig_rope *pe, struct ig_err *err);
/** ig_pe_hash() - the Authenticode SHA-256 (Windows Authenticode Portable
 * Executable Signature Format). */
int ig_pe_hash(unsigned char out[32], const struct ig_rope *pe,
	       struct ig_err *err);
/** ig_pe_hash_loaded() - the same as firmware measures it when a program loads
 * @pe out of memory: its end is not padded to 8 bytes. */
int ig_pe_hash_loaded(unsigned char out[32], const struct ig_rope *pe,
		      struct ig_err *err);

/* All that signing must know of a PE's bytes. */
struct ig_pe_digest {
	unsigned char sha256[32]; /* ig_pe_hash() */
	uint64_t even, odd;	  /* sums of the bytes hashed, for CheckSum */
};
int ig_pe_digest(struct ig_pe_digest *out, const struct ig_rope *pe,
		 struct ig_err *err);
/** ig_pe_sign() - @pe, whose digest is @known (or NULL), with a signature by
 * @key and @cert (PEM files, or a PKCS#11 URI for the key) appended. Signatures
 * that are there stay. Deterministic for RSA keys. */
int ig_pe_sign(struct ig_rope *out, const struct ig_rope *pe,
	       const struct ig_pe_digest *known, const char *key,
	       const char *cert, struct ig_err *err);
/** ig_pe_check_key() - whether @key and @cert can sign so that firmware takes
 * it and the bytes are the same again: a pair, RSA of 2048 bits and more. */
int ig_pe_check_key(const char *key, const char *cert, struct ig_err *err);
/** ig_uki_pcr11() - what systemd-stub 252 measures of @uki into PCR 11
 * (SHA-256), starting from zeros. */
int ig_uki_pcr11(unsigned char out[32], const struct ig_uki *uki,
		 struct ig_err *err);
/** ig_pcr4() - PCR 4 (SHA-256) when a boot option starts the first of @n
 * programs and each of them loads the next (TCG: PC Client Platform Firmware
 * Profile 1.05, 3.3.4.5). @programs: @n hashes of 32 bytes. */
int ig_pcr4(unsigned char out[32], const unsigned char *programs, size_t n,
	    struct ig_err *err);

/* ---- virtual disks ---- */

struct ig_vdisk_opts {
	const char *seed;
	uint64_t size; /* virtual size, bytes; 0: the disk's, rounded up */
	int64_t time;  /* of creation, where the format has one */
};
/** Each writes all of the converted @disk to @out. qcow2 (QEMU's
 * docs/interop/qcow2.txt, version 3, not compressed), VHD fixed and dynamic
 * (Microsoft: Virtual Hard Disk Image Format), VMDK stream-optimised
 * (VMware: Virtual Disk Format 5.0; grains as deflate.h says). The first
 * three are ropes, the last is compressed and so goes to a sink. */
int ig_qcow2_write(struct ig_rope *out, const struct ig_rope *disk,
		   const struct ig_vdisk_opts *opts, struct ig_err *err);
int ig_vhd_fixed(struct ig_rope *out, const struct ig_rope *disk,
		 const struct ig_vdisk_opts *opts, struct ig_err *err);
int ig_vhd_dynamic(struct ig_rope *out, const struct ig_rope *disk,
		   const struct ig_vdisk_opts *opts, struct ig_err *err);
int ig_vmdk_write(struct ig_sink *out, const struct ig_rope *disk,
		  const struct ig_vdisk_opts *opts, struct ig_err *err);

/* ---- read-only root file systems ---- */

struct ig_fs_opts {
	const char *seed;
	int64_t max_time; /* mtimes are clamped to it */
	int level;	  /* zstd */
};
/** ig_squashfs_write() - @tree (sorted) as squashfs 4.0 with zstd to the
 * empty file @fd, through libsquashfs; the same bytes for any number of
 * threads. xattrs kept. */
int ig_squashfs_write(int fd, struct ig_tree *tree,
		      const struct ig_fs_opts *opts, struct ig_err *err);
/** ig_erofs_write() - @tree as EROFS (Linux: Documentation/filesystems/
 * erofs.rst), not compressed, as a rope over the tree's data. */
int ig_erofs_write(struct ig_rope *out, struct ig_tree *tree,
		   const struct ig_fs_opts *opts, struct ig_err *err);

/* ---- empty volumes ---- */

#define IG_EXT4_MIN   (8u << 20) /* bytes */
#define IG_EXT4_LABEL 16	 /* characters */

struct ig_ext4_opts {
	const char *label; /* NULL: none */
	const char *seed;
	int64_t time; /* of all that has one, seconds, from 1 on */
};
/** ig_ext4_write() - an empty ext4 of @size bytes (whole blocks of 4 KiB of
 * it) in the empty regular file @fd, through libext2fs: what mke2fs makes, with
 * a journal, one inode for 16 KiB, and room to grow 1024-fold. Little of it is
 * written; the rest is a hole. Bytes depend on @size and @opts alone.
 * IG_ELIMIT below IG_EXT4_MIN and above 16 TiB. */
int ig_ext4_write(int fd, uint64_t size, const struct ig_ext4_opts *opts,
		  struct ig_err *err);

/* ---- verity ---- */

/** ig_verity_write() - the dm-verity superblock and hash tree (version 1,
 * SHA-256, 4096-byte blocks) of @data, whose size is a multiple of 4096, to
 * @out; @root receives the root hash, @salt comes from the seed. Made on many
 * threads. */
int ig_verity_write(struct ig_rope *out, unsigned char root[32],
		    unsigned char salt[32], const struct ig_rope *data,
		    const char *seed, struct ig_err *err);
/** ig_verity_root() - the root hash again, of what ig_verity_write() wrote for
 * @data; reads two blocks. */
int ig_verity_root(unsigned char root[32], const struct ig_rope *hashes,
		   const struct ig_rope *data, struct ig_err *err);

#endif
