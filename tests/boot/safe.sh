#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What services may do is what docs/security.md says: a probe in each of five
# tries it, and the configurations of our own packages are compared. Services
# with limits take what they can; the console stays usable.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

BOOT=$SOURCE/tests/boot
probe="image: \"@pkg:$BOOT/probe\""
slow="cpu: {quota: 20000, period: 100000}"
cp "$BOOT/probe/profile.json" .
cat >safe.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5 sysctl.kernel.yama.ptrace_scope=0"
  # with the families of sockets that the filter is about
  modules: [class:virtio, class:container, class:input, af_alg, vsock]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
onboot:
  - {name: sysctl, image: "@pkg:$SOURCE/pkg/sysctl"}
services:
  - {name: plain, $probe}
  - {name: net, $probe, capabilities: [CAP_NET_ADMIN]}
  - {name: all, $probe, capabilities: [all]}
  - {name: open, $probe, seccomp: none}
  - {name: own, $probe, seccomp: ./profile.json, noNewPrivileges: true, readonly: true}
  - {name: processes, $probe, command: [/probe, processes], resources: {pids: {limit: 20}, $slow}}
  - {name: memory, $probe, command: [/probe, memory], resources: {memory: {limit: 33554432}}}
  - {name: output, $probe, command: [/probe, output], resources: {$slow}}
  - {name: getty, image: "@pkg:$SOURCE/pkg/getty"}
files:
  - path: etc/sysctl.d/10-test.conf
    contents: "kernel.kptr_restrict = 1\n"
    mode: "0644"
YAML
cat >packages.yml <<YAML
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
services:
  - {name: nginx, image: "@pkg:$SOURCE/pkg/nginx"}
  - {name: dhcp, image: "@pkg:$SOURCE/pkg/dhcp"}
  - {name: ntp, image: "@pkg:$SOURCE/pkg/ntp"}
  - {name: sysctl, image: "@pkg:$SOURCE/pkg/sysctl"}
  - {name: getty, image: "@pkg:$SOURCE/pkg/getty"}
YAML
ingot_build --format tar --output packages.tar packages.yml 2>build.log ||
    { cat build.log >&2; fail "the tar was not built"; }
"$PYTHON" -B "$BOOT/compare_safe.py" packages "$SOURCE/docs/security.md" \
    packages.tar || fail "our packages are not as documented"
ok "our packages ask for what is documented"

ingot_build safe.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
mkfifo keys
# A terminal for ingot run: only then do keys go to the guest.
timeout 200 script -qefc "$INGOT run safe --arch $ARCH --accel tcg --mem 512 \
    --timeout 150 --console-log console.log" /dev/null <keys >screen 2>&1 &
run=$!
exec 9>keys

ready() {
    kill -0 "$run" 2>/dev/null || return 0
    [ "$(grep -c ': report done' console.log)" -eq 5 ] &&
        grep -q 'memory: memory: round 3' console.log &&
        grep -q 'processes: no more processes' console.log &&
        grep -q '~#' console.log
}
wait_for 120 ready || { cat console.log >&2; fail "the guest is not ready"; }

# While the three go on. The command is not in what it prints.
# shellcheck disable=SC2016
printf '%s\r' 'echo "pids $(cat /sys/fs/cgroup/processes/pids.current)"' \
    'for k in kptr_restrict dmesg_restrict yama/ptrace_scope unprivileged_bpf_disabled; do echo "set $k $(cat /proc/sys/kernel/$k)"; done' >&9
answered() {
    kill -0 "$run" 2>/dev/null || return 0
    grep -q 'set unprivileged_bpf_disabled' console.log
}
wait_for 30 answered || { tail -n 40 console.log >&2; fail "no answer"; }
printf 'poweroff\r' >&9
status=0
wait "$run" || status=$?
exec 9>&-
[ "$status" -eq 0 ] || {
    tail -n 60 console.log >&2
    fail "the guest did not power off: $status"
}
ok "the console is usable while services misuse what they have"

"$PYTHON" -B "$BOOT/compare_safe.py" report "$SOURCE/docs/security.md" \
    console.log || fail "services may do what is not documented"
ok "services may do what is documented, and nothing else"

expect_text console.log 'processes: no more processes: Resource temporarily'
expect_text console.log '^pids (20|1[0-9])'
expect_text console.log 'memory: memory: round 3 ended by signal 9'
expect_text console.log 'output: a line of a flood'
expect_text console.log 'init: output: too many lines for a console'
expect_no_text console.log 'init: service (processes|memory|output): ended.*code'
ok "limits hold"

expect_text console.log 'sysctl kernel.kptr_restrict: left to /etc/sysctl.d/10-test.conf'
expect_text console.log 'sysctl kernel.yama.ptrace_scope: left to the command line'
expect_text console.log '^set kptr_restrict 1'
expect_text console.log '^set dmesg_restrict 1'
expect_text console.log '^set yama/ptrace_scope 0'
expect_text console.log '^set unprivileged_bpf_disabled 2'
ok "the kernel's settings are the safe ones, or those that were asked for"
