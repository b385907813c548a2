/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crun's configure script would find out: the C library and the kernel's
 * headers are Debian's. Not defined is what an appliance has no use for:
 * HAVE_SYSTEMD, HAVE_CRIU, HAVE_DLOPEN (loads the latter and other handlers),
 * HAVE_GCRYPT (Debian's own has none either).
 */
#define HAVE_CAP			     1
#define HAVE_COPY_FILE_RANGE		     1
#define HAVE_EBPF			     1 /* rules for devices, in version 2 of control groups */
#define HAVE_ERROR_H			     1
#define HAVE_FGETPWENT_R		     1
#define HAVE_FGETXATTR			     1
#define HAVE_FSCONFIG_CMD_CREATE_SYS_MOUNT_H 1
#define HAVE_LINUX_OPENAT2_H		     1
#define HAVE_SECCOMP			     1
#define HAVE_SECCOMP_GET_NOTIF_SIZES	     1
#define HAVE_STATX			     1
#define HAVE_STDATOMIC_H		     1
#define HAVE_YAJL			     1
#define SECCOMP_ARCH_RESOLVE_NAME	     1

#define CRUN_LIBDIR			     "/usr/lib/crun"
#define LIBCRUN_PUBLIC			     extern
#define PACKAGE_BUGREPORT		     "https://bugs.debian.org"
#define PACKAGE_NAME			     "crun"
#define PACKAGE_STRING			     "crun " DEBIAN_VERSION
#define PACKAGE_VERSION			     DEBIAN_VERSION
