/* SPDX-License-Identifier: Apache-2.0 */
#define GIT_VERSION "Debian"
