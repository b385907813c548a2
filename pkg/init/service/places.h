/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_PLACES_H
#define INIT_PLACES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * places_ready() - is all there that the runtime would else make in a root?
 * That is what it mounts on and the working directory of the process; what
 * lies below another mount is made there.
 * @rootfs: the container's root. @config: its config.json.
 * False also when the text is not understood, or when /dev is no mount.
 */
bool places_ready(const char *rootfs, const char *config, size_t len);

#endif
