#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# docker: the tar with LinuxKit's Dockerfile as its last member.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml
ingot build --format tar,docker web.yml
tar --warning=no-unknown-keyword -tf web.tar >tar.names
tar --warning=no-unknown-keyword -tf web.docker >docker.names
[ "$(tail -n 1 docker.names)" = Dockerfile ] || fail "Dockerfile is not last"
sed '$d' docker.names | diff tar.names - || fail "other members than tar's"
tar --warning=no-unknown-keyword -xOf web.docker Dockerfile >file
sum=ced8c4320a5b215f4dd384c294370df0f91fd0d225e7729f571a0392094610e7
echo "$sum  file" | sha256sum --quiet -c || fail "other Dockerfile"
ok "LinuxKit's Dockerfile, last"

# All else is the tar, byte for byte; it ends in two zero blocks.
size=$(stat -c %s web.tar)
cmp -n $((size - 1024)) web.tar web.docker || fail "not the same tar before"
[ "$(stat -c %s web.docker)" = $((size + 1024)) ] || fail "size"
tail -c 1024 web.docker | cmp -n 1024 - /dev/zero || fail "no end of archive"
ok "the rest is the tar"

expect_status 0 "$INGOT" build --format docker --output - web.yml
expect_same "$TMP/stdout" web.docker
ok "standard output, the same bytes"
