#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --offline: not one socket that could reach a network.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need strace

import_images --set basic
web_spec web.yml
strace -f -o probe true 2>/dev/null || skip "strace cannot trace here"
sanitized && export ASAN_OPTIONS=detect_leaks=0 # it cannot be traced

# traced STATUS ARGUMENT... - no call names an address family of the network
traced() {
	want=$1
	shift
	expect_status "$want" strace -f -qq -o trace \
		-e trace=socket,connect,sendto,sendmsg,bind "$INGOT" "$@"
	expect_no_text trace 'AF_INET|AF_UNSPEC|PF_INET|AF_NETLINK'
}

traced 0 build --offline -f tar,kernel+initrd web.yml
tar -tf web.tar >/dev/null 2>&1 || fail "no tar"
web_spec none.yml 192.0.2.1:5000/test/none:v1
traced 1 build --offline -f tar none.yml
expect_text stderr '^ingot: build: none.yml:8:12: services\[0\].image: not fetched because of --offline: .*192.0.2.1'
expect_missing none.tar
traced 0 cache ls
traced 0 cache export test/base:v1 --output base.tar
traced 0 build --dry-run none.yml
ok "no socket"

# Nothing is asked: what asks is not loaded.
expect_status 0 strace -f -qq -o trace -e trace=openat "$INGOT" build \
	-f tar web.yml
expect_no_text trace 'libcurl'
ok "and no library for one"

# The trace sees sockets when there are some.
web_spec here.yml "127.0.0.1:$(free_port)/test/none:v1"
expect_status 1 strace -f -qq -o trace -e trace=socket,connect \
	timeout 30 "$INGOT" build -f tar here.yml
expect_text trace 'connect\(.*AF_INET.*127\.0\.0\.1'
ok "and a socket without --offline"

mkdir broken
: >broken/libcurl.so.4
: >broken/libcurl-gnutls.so.4
expect_status 1 env LD_LIBRARY_PATH="$PWD/broken" "$INGOT" build -f tar here.yml
expect_text stderr 'initialise libcurl: libcurl[a-z-]*.so.4 cannot be loaded'
ok "a library that cannot be loaded"
