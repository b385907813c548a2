# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For media.sh and arm64.sh, after lib.sh: tables of what to boot. A line of a
# table: name, format, firmware, how it is attached (qemu_attach), file.
need skopeo umoci

# build_as NAME FORMATS SPEC...
build_as() {
    "$INGOT" build --arch "$ARCH" --name "$1" --format "$2" --dir . "${@:3}" \
        2>build.log || {
        cat build.log >&2
        fail "no build"
    }
}

# build_media TABLE SPEC... - one build for all formats of the table, and what
# has to be unpacked or renamed to be booted
build_media() {
    local formats
    formats=$(awk 'NF && $2 != "dynamic-vhd" && !had[$2]++ { print $2 }' \
        <<<"$1" | paste -sd,)
    shift
    build_as web "$formats,kernel+initrd" "$@"
    build_as dynamic dynamic-vhd "$@" # whose name is that of vhd
    tar -xzSf web.img.tar.gz disk.raw
    mkdir tar
    tar -xf web-initrd.tar -C tar
    rename_kernel tar tar/kernel tar/initrd.img tar/cmdline
    unpack_disk
    unpack_oci
}

# rename_kernel NAME KERNEL INITRD CMDLINE - as the files of kernel+initrd
rename_kernel() {
    ln "$2" "$1-kernel"
    ln "$3" "$1-initrd.img"
    ln "$4" "$1-cmdline"
}

# unpack_disk - bundle/rootfs/disk/disk.img out of the container disk
unpack_disk() {
    skopeo --insecure-policy copy --quiet \
        oci-archive:web-containerdisk.tar oci:layout:web
    umoci unpack --rootless --image layout:web bundle >umoci.log 2>&1 || {
        cat umoci.log >&2
        fail "umoci does not unpack the container disk"
    }
}

# unpack_oci - kernel, initrd and command line out of the artifact's layers
unpack_oci() {
    skopeo --insecure-policy copy --quiet oci-archive:web-oci.tar dir:artifact
    "$PYTHON" - <<'PY'
import json

with open("artifact/manifest.json") as f:
    doc = json.load(f)
with open("oci-cmdline", "w") as f:
    f.write(doc["annotations"]["vnd.ingot.cmdline"])
for layer in doc["layers"]:
    kernel = ".kernel." in layer["mediaType"]
    with open("oci-kernel" if kernel else "oci-initrd.img", "ab") as out, \
            open("artifact/" + layer["digest"].split(":")[1], "rb") as f:
        out.write(f.read())
PY
}

# boot_line NAME FIRMWARE HOW FILE - one of boot_all, in a folder of its own
boot_line() {
    local began=$SECONDS
    trap '[ $? -eq 0 ] || echo "FAIL: $1" >&2' EXIT
    mkdir "boot.$1"
    cd "boot.$1" || exit 1
    qemu_page "$2" "$3" "$4"
    ok "$1: page after $((SECONDS - began)) s"
}

# boot_all [NAME...] - boot the lines of standard input (name, format,
# firmware, how, file), or of them the NAMEs; two or more at a time where there
# are processors for it
boot_all() {
    local name firmware how file running=0 status=0
    while read -r name _ firmware how file; do
        [ -n "$name" ] || continue
        [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
        if [ "$running" -ge "$(nproc)" ]; then
            wait -n || status=1
            running=$((running - 1))
        fi
        (boot_line "$name" "$firmware" "$how" "$PWD/$file") &
        running=$((running + 1))
    done
    while [ "$running" -gt 0 ]; do
        wait -n || status=1
        running=$((running - 1))
    done
    [ "$status" -eq 0 ] || fail "not all of them boot"
}

# every_format ELSEWHERE TABLE - the table has every format that there is but
# those of ELSEWHERE
every_format() {
    local format formats
    formats=$("$INGOT" formats | sed -n '1d; s/^\([^ ][^ ]*\) .*/\1/p')
    [ -n "$formats" ] || fail "ingot formats says nothing"
    for format in $formats; do
        case " $1 " in *" $format "*) continue ;; esac
        awk '{ print $2 }' <<<"$2" | grep -qxF -e "$format" ||
            fail "no boot of format $format"
    done
}
