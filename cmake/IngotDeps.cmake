# SPDX-License-Identifier: Apache-2.0
# Every third-party library, as an imported target; each is used in one room.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(EXT2FS REQUIRED IMPORTED_TARGET ext2fs)
pkg_check_modules(COMERR REQUIRED IMPORTED_TARGET com_err)

# libcurl is loaded when it is called first, by the name it has at run time;
# where that cannot be told (a static library), it is linked.
find_library(IG_CURL_FILE curl HINTS ${CURL_LIBRARY_DIRS} REQUIRED)
file(REAL_PATH ${IG_CURL_FILE} IG_CURL_REAL)
string(REGEX MATCH "libcurl[a-z-]*[.]so[.][0-9]+" IG_CURL_SONAME
	"${IG_CURL_REAL}")
