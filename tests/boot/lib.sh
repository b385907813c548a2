# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Boot tests source this. It adds to tests/support/lib.sh: $SOURCE (the
# project), one cache for all boot tests (packages are built once), guests of
# "ingot run" (guest_start) and guests of QEMU itself, with a firmware and a
# medium (qemu_machine, qemu_attach, qemu_start). Guests are amd64, or what
# INGOT_TEST_ARCH says (arm64).
SUPPORT=$(cd "$(dirname "$0")/../support" && pwd)
export SUPPORT
# shellcheck source=tests/support/lib.sh
. "$SUPPORT/lib.sh"

SOURCE=$(cd "$SUPPORT/../.." && pwd)
INGOT_CACHE=${INGOT_TEST_CACHE:-$TMP/cache}
ARCH=${INGOT_TEST_ARCH:-amd64}
export SOURCE INGOT_CACHE ARCH
command -v qemu-system-x86_64 >/dev/null || skip "there is no QEMU"
command -v mmdebstrap >/dev/null || skip "there is no mmdebstrap"
[ "$ARCH" = amd64 ] || need qemu-system-aarch64 aarch64-linux-gnu-gcc
command -v dpkg-source >/dev/null || skip "there is no dpkg-source (dpkg-dev)"

export guest=

# ingot_build ARGUMENT... - for $ARCH, into the current folder
ingot_build() {
    "$INGOT" build --arch "$ARCH" "$@"
}

# guest_start IMAGE OPTION... - boot in the background, console in console.log
guest_start() {
    # The run's own standard error goes to run.log; its exit status to wait.
    "$INGOT" run "$@" --arch "$ARCH" --accel tcg --console-log console.log \
        </dev/null >/dev/null 2>run.log &
    guest=$!
}

# guest_page PORT - the page at /, into page.html; fails when none comes
guest_page() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if curl -sf -m 0.5 -o page.html "http://127.0.0.1:$1/"; then
            return 0
        fi
        kill -0 "$guest" 2>/dev/null || break
        sleep 0.1
    done
    cat run.log console.log >&2
    fail "no page came from the guest"
}

# guest_end WANTED - wait for the guest; its exit status must be WANTED
guest_end() {
    local status=0
    wait "$guest" || status=$?
    [ "$status" -eq "$1" ] || {
        tail -n 50 console.log >&2
        cat run.log >&2
        fail "ingot run ended with $status, not $1"
    }
}

free_port() {
    python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# need_file FILE... - skip when one is missing
need_file() {
    local file
    for file; do
        [ -f "$file" ] || skip "there is no $file"
    done
}

# need_uefi - skip when there is no UEFI firmware for $ARCH
need_uefi() {
    case $ARCH in
    amd64) need_file $OVMF/OVMF_CODE_4M.fd ;;
    arm64) need_file $AAVMF/AAVMF_CODE.fd ;;
    esac
}

# -- QEMU itself ---------------------------------------------------------------

OVMF=/usr/share/OVMF
AAVMF=/usr/share/AAVMF
export OVMF AAVMF
machine=()

# qemu_flash CODE VARS - firmware, with a copy of its variables
qemu_flash() {
    cp "$2" vars.fd
    machine+=(-drive "if=pflash,format=raw,readonly=on,file=$1"
        -drive "if=pflash,format=raw,file=vars.fd")
}

# qemu_machine FIRMWARE - $machine becomes the command line of a machine of $ARCH
# with none (for a kernel), bios, uefi, or secure (Secure Boot by the test keys)
qemu_machine() {
    case $ARCH in
    amd64) machine=(qemu-system-x86_64 -machine q35) ;;
    arm64)
        # "max" is slow in emulation; without a menu AAVMF waits 5 seconds
        machine=(qemu-system-aarch64 -machine virt -cpu cortex-a57
            -boot "menu=on,splash-time=0")
        ;;
    esac
    machine+=(-accel tcg -m 512 -nodefaults -display none -no-reboot
        -serial file:console.log)
    case $ARCH-$1 in
    arm64-none) machine+=(-device virtio-keyboard-pci) ;; # its power key
    amd64-uefi) qemu_flash $OVMF/OVMF_CODE_4M.fd $OVMF/OVMF_VARS_4M.fd ;;
    arm64-uefi) qemu_flash $AAVMF/AAVMF_CODE.fd $AAVMF/AAVMF_VARS.fd ;;
    amd64-secure)
        machine+=(-machine smm=on -global ICH9-LPC.disable_s3=1
            -global "driver=cfi.pflash01,property=secure,value=on")
        qemu_flash $OVMF/OVMF_CODE_4M.secboot.fd \
            $OVMF/OVMF_VARS_4M.snakeoil.fd
        ;;
    arm64-secure)
        qemu_flash $AAVMF/AAVMF_CODE.fd $AAVMF/AAVMF_VARS.snakeoil.fd
        ;;
    esac
}

# qemu_disk HOW FILE - a disk or a CD to boot; nothing is written to FILE
qemu_disk() {
    local format=raw bus="" device
    case $2 in
    *.qcow2) format=qcow2 ;;
    *.vhd) format=vpc ;;
    *.vmdk) format=vmdk ;;
    esac
    case $1 in
    virtio) device=virtio-blk-pci ;;
    nvme) device=nvme,serial=1 ;;
    ahci) device=ide-hd ;;
    ahci-cd) device=ide-cd ;;
    pvscsi) bus=pvscsi device=scsi-hd ;;
    scsi) bus=virtio-scsi-pci device=scsi-hd ;;
    scsi-cd) bus=virtio-scsi-pci device=scsi-cd ;;
    usb) bus=qemu-xhci device=usb-storage ;;
    *) fail "no way '$1' to attach $2" ;;
    esac
    [ -z "$bus" ] || machine+=(-device "$bus")
    machine+=(-drive "file=$2,format=$format,if=none,id=medium,snapshot=on"
        -device "$device,drive=medium,bootindex=0")
}

# qemu_attach HOW FILE PORT - what to boot, and a network card that forwards
# PORT to the guest's port 80. HOW is kernel (FILE-kernel and what belongs to
# it), root or root-cd (a root file system of it), efi (a program), fat (a folder), pxe (a script in its folder) or a disk's.
qemu_attach() {
    local net="user,id=net0,hostfwd=tcp:127.0.0.1:$3-:80" card=romfile=
    case $1 in
    kernel)
        machine+=(-kernel "$2-kernel" -initrd "$2-initrd.img"
            -append "$(cat "$2-cmdline")")
        ;;
    root | root-cd)
        # a root for the kernel to mount: a disk, or a CD by its label
        local image=${2%-squashfs.img} root=/dev/vda disk=virtio
        image=${image%-erofs.img}
        image=${image%.iso}
        [ "$1" = root ] || root=LABEL=LinuxKit disk=scsi-cd
        machine+=(-kernel "$image-kernel" -initrd "$image-stage1.img"
            -append "$(cat "$image-cmdline") root=$root")
        qemu_disk $disk "$2"
        machine[-1]=${machine[-1]%,bootindex=0} # the kernel comes first
        ;;
    efi) machine+=(-kernel "$2") ;;
    fat)
        machine+=(-drive "file=fat:$2,format=raw,if=virtio,readonly=on")
        ;;
    pxe)
        net+=",tftp=${2%/*},bootfile=${2##*/}"
        card=bootindex=0
        ;;
    *) qemu_disk "$1" "$2" ;;
    esac
    machine+=(-netdev "$net" -device "virtio-net-pci,netdev=net0,$card")
}

# qemu_start - $machine in the background, console in console.log
qemu_start() {
    : >console.log
    timeout 150 "${machine[@]}" >run.log 2>&1 &
    guest=$!
}

# qemu_page FIRMWARE HOW FILE - boot it to its page
qemu_page() {
    local port
    port=$(free_port)
    qemu_machine "$1"
    qemu_attach "$2" "$3" "$port"
    qemu_start
    guest_page "$port"
    stop_pid "$guest"
    grep -qi ingot page.html || fail "this is another page"
}

# seen TEXT [TIMES] - a line with TEXT, that often
seen() {
    local n
    n=$(grep -cF "$1" console.log) || true
    [ "$n" -eq "${2:-1}" ] || {
        cat console.log >&2
        fail "'$1' stands there $n times, not ${2:-1}"
    }
}

# before A B - the first line with A stands before the first line with B
before() {
    local a b
    a=$(grep -nF -m 1 "$1" console.log | cut -d: -f1) || true
    b=$(grep -nF -m 1 "$2" console.log | cut -d: -f1) || true
    if [ -z "$a" ] || [ "$a" -ge "${b:-0}" ]; then
        cat console.log >&2
        fail "'$1' is not before '$2'"
    fi
}
