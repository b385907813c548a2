/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_GUEST_KEYS_H
#define IG_BUILD_GUEST_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct ig_buf;
struct ig_compose;
struct ig_err;
struct ig_kernel_facts;
struct ig_lock;
struct ig_plan;
struct ig_pos;
struct ig_spec;
struct ig_tree;

/*
 * What our own PID 1 does beyond LinuxKit's: keys of the spec that another
 * init would silently do without, and the files below /etc/ingot by which it
 * learns of them.
 */

/* What an image of init says of itself: the number of what it can do. */
#define IG_INIT_LABEL "org.ingot.init"
enum {
	IG_INIT_GUEST = 1,  /* is ours */
	IG_INIT_MOUNTS = 2, /* the images of the layout "mounted" */
	IG_INIT_KEYS = 3    /* the keys of all ig_guest_sections */
};

/** ig_init_has() - whether an init image says that it can do @feature. */
bool ig_init_has(const struct ig_spec *spec, const struct ig_lock *lock,
		 unsigned feature);

#define IG_GUEST_KEY	 64
#define IG_GUEST_MODULES 16u

/** Kernel modules by name; more than there can be is our own mistake. */
struct ig_guest_modules {
	size_t n;
	const char *v[IG_GUEST_MODULES];
};

/** One part of the spec that only our PID 1 understands. */
struct ig_guest_section {
	unsigned since; /* what an init must say of itself: IG_INIT_… */
	/** Whether @plan has a key of it; the first one's place and path. */
	bool (*wants)(struct ig_pos *pos, char key[IG_GUEST_KEY],
		      const struct ig_plan *plan);
	const char *file; /* below /etc/ingot, NULL: the bundles tell */
	size_t max;	  /* of its bytes: the guest's limit */
	/** Its bytes; none: there is no such file. */
	int (*json)(struct ig_buf *out, const struct ig_spec *spec,
		    struct ig_err *err);
	/** What it needs of the kernel, when that has it as modules; NULL. */
	void (*modules)(struct ig_guest_modules *out,
			const struct ig_spec *spec);
};
extern const struct ig_guest_section ig_guest_agent, ig_guest_entries,
	ig_guest_logs, ig_guest_machine, ig_guest_network, ig_guest_services,
	ig_guest_watchdog;

/** ig_guest_check() - refuse such keys where init does not know them.
 * IG_ESPEC. */
int ig_guest_check(const struct ig_plan *plan, struct ig_err *err);

/** ig_guest_files() - what the guest reads, into @tree. */
int ig_guest_files(struct ig_tree *tree, const struct ig_spec *spec,
		   struct ig_err *err);

/** ig_guest_modules() - what a spec that chooses its modules is given beside
 * them: for the layout, and for what the spec asks of the guest. */
void ig_guest_modules(struct ig_guest_modules *out, const struct ig_plan *plan);

/** ig_guest_check_kernel() - refuse a kernel without what the guest needs,
 * whatever the format. IG_ESPEC. */
int ig_guest_check_kernel(const struct ig_compose *c,
			  const struct ig_kernel_facts *facts,
			  struct ig_err *err);

/** ig_machine_mounts() - whether the guest mounts a disk or a partition with
 * the file system @format. */
bool ig_machine_mounts(const struct ig_spec *spec, const char *format);
/** ig_machine_check_tools() - refuse disks that may have to be formatted
 * where no init image can. IG_ESPEC. */
int ig_machine_check_tools(struct ig_compose *c, struct ig_err *err);

#endif
