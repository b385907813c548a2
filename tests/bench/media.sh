#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What each disk format costs when all parts are made, against a copy of the
# result; see README.md.
# usage: media.sh [ROUNDS [FORMAT...]]   ($INGOT: the program)
set -eu
BENCH=$(cd "$(dirname "$0")" && pwd)
: "${INGOT:=$BENCH/../../build/release/src/cli/ingot}"
SUPPORT=$BENCH/../support
export INGOT SUPPORT
# shellcheck source=tests/support/lib.sh
. "$SUPPORT/lib.sh"
need_ingot

rounds=${1:-9}
[ $# -eq 0 ] || shift

# What each of them writes.
declare -A files=(
    [uki]=bench.efi [raw]=bench.img [raw-efi]=bench-efi.img
    [raw-bios]=bench-bios.img [iso]=bench.iso [qcow2-bios]=bench.qcow2
    [qcow2-efi]=bench-efi.qcow2 [vhd]=bench.vhd [dynamic-vhd]=bench.vhd
    [vmdk]=bench.vmdk [gcp]=bench.img.tar.gz)
order="uki raw raw-efi raw-bios iso qcow2-bios qcow2-efi vhd dynamic-vhd vmdk
    gcp"

wanted=()
# shellcheck disable=SC2048
for name in ${*:-$order}; do
    [ -n "${files[$name]:-}" ] || fail "format $name is not measured here"
    wanted+=("$name=${files[$name]}")
done

# BENCH_SPEC and INGOT_CACHE: another workload, imported already.
if [ -z "${BENCH_SPEC:-}" ]; then
    export INGOT_CACHE=$TMP/cache
    "$PYTHON" -B "$BENCH/workload.py" .
    "$INGOT" -q cache import kernel.layout loader.layout init.layout app.layout
    BENCH_SPEC="--bootloader test/loader:v1 bench.yml"
fi
"$PYTHON" -B "$BENCH/ratios.py" "$rounds" "$BENCH_SPEC" "${wanted[@]}"
