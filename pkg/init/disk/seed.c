/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/seed.h"

#include "base/sys.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define POOL "/dev/urandom"

bool seed_counts(const struct stat *st, size_t len)
{
	return S_ISREG(st->st_mode) && st->st_uid == 0 &&
	       (st->st_mode & 077) == 0 && st->st_nlink == 1 &&
	       st->st_size == SEED_SIZE && len == SEED_SIZE;
}

void seed_mix(uint8_t out[SEED_SIZE], const uint8_t other[SEED_SIZE])
{
	for (size_t i = 0; i < SEED_SIZE; i++)
		out[i] ^= other[i];
}

static int fail(const char *path, const char *what)
{
	log_say("random seed '%s': %s: %s", path, what, strerror(errno));
	return -1;
}

/* What is there; false when it does not count. */
static bool read_seed(uint8_t seed[SEED_SIZE], const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0) {
		if (errno != ENOENT)
			fail(path, "open");
		return false;
	}
	ssize_t n = fstat(fd, &st) < 0 ? -1 : read(fd, seed, SEED_SIZE);

	close(fd);
	if (n < 0) {
		fail(path, "read");
		return false;
	}
	if (seed_counts(&st, (size_t)n))
		return true;
	log_say("random seed '%s': not %u bytes for root alone: not used", path,
		SEED_SIZE);
	return false;
}

static int write_whole(const char *path, const uint8_t seed[SEED_SIZE])
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	int rc = write(fd, seed, SEED_SIZE) == SEED_SIZE ? fsync(fd) : -1;
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

static int sync_folder(const char *path)
{
	char dir[SYS_PATH];

	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	int fd = open(dir[0] ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return rc;
}

static int replace(const char *path, const uint8_t seed[SEED_SIZE])
{
	char new[SYS_PATH];
	int n = snprintf(new, sizeof(new), "%s.new", path);

	if (n < 0 || (size_t)n >= sizeof(new)) {
		errno = ENAMETOOLONG;
		return fail(path, "replace");
	}
	if (sys_mkparent(path, 0755) < 0)
		return fail(path, "make its folder");
	/* one that a power cut left has the wrong owner, or links */
	unlink(new);
	if (write_whole(new, seed) < 0 || rename(new, path) < 0 ||
	    sync_folder(path) < 0)
		return fail(path, "replace");
	return 0;
}

static int tell_pool(const uint8_t seed[SEED_SIZE], bool trust)
{
	/* struct rand_pool_info, whose last member has no length */
	struct {
		int entropy_count; /* bits */
		int buf_size;
		uint8_t bytes[SEED_SIZE];
	} entropy = { 8 * SEED_SIZE, SEED_SIZE, { 0 } };
	int fd = open(POOL, O_WRONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -1;
	memcpy(entropy.bytes, seed, SEED_SIZE);
	if (trust)
		rc = ioctl(fd, RNDADDENTROPY, &entropy);
	else
		rc = write(fd, seed, SEED_SIZE) == SEED_SIZE ? 0 : -1;
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

/* The kernel's numbers; false when it does not vouch for them yet. */
static bool draw(uint8_t out[SEED_SIZE])
{
	return getrandom(out, SEED_SIZE, GRND_NONBLOCK) == (ssize_t)SEED_SIZE;
}

static bool draw_early(uint8_t out[SEED_SIZE])
{
	int fd = open(POOL, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, SEED_SIZE);

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)SEED_SIZE;
}

int seed_load(const void *ctx)
{
	const char *path = ctx;
	uint8_t old[SEED_SIZE];
	uint8_t new[SEED_SIZE];
	bool have = read_seed(old, path);

	if (have && tell_pool(old, false) < 0)
		return fail(path, "use");
	if (!draw(new)) {
		/* a first boot: what is no secret is not kept as one */
		if (!have)
			return 0;
		if (!draw_early(new))
			return fail(path, "read " POOL);
		seed_mix(new, old);
	}
	/* the same seed never counts twice */
	if (replace(path, new) < 0)
		return -1;
	if (have && tell_pool(old, true) < 0)
		return fail(path, "credit");
	return 0;
}

int seed_save(const char *path)
{
	uint8_t new[SEED_SIZE];

	if (!draw(new)) {
		log_say("random seed '%s': not saved: the kernel has none yet",
			path);
		return -1;
	}
	return replace(path, new);
}
