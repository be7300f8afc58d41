#!/bin/bash
# Proves that target/weir works on older kernels: boots Debian's cloud kernels under software
# emulation, each with an initramfs that holds the distribution, and runs inside.sh there.
#
#   tests/kernels/run.sh [VERSION...]     such as 6.1; else 6.1 and 6.12. Exit 0: all passed
#
# Root, on Debian 12 for x86-64. Nothing is installed into the running system but qemu; kernels are
# unpacked below target/kernels.
set -Eeuo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
. "$ROOT/tests/machine.sh"
trap 'echo "kernels: failed in line $LINENO: $BASH_COMMAND" >&2' ERR

# A kernel that hangs is given up after this many seconds.
LIMIT=${WEIR_KERNELS_LIMIT:-600}
CACHE=$ROOT/target/kernels
# What veths, bridges, clsact and reading a container's sockets need, in the order of dependence.
KERNEL_MODULES=(llc stp bridge veth sch_ingress cls_bpf cls_matchall act_gact inet_diag tcp_diag
    udp_diag)
JAVA_MODULES=java.base,java.logging,java.management,java.naming,java.xml,jdk.management,jdk.unsupported
WORK=
QEMU=

finish() {
    local status=$?
    trap '' INT TERM HUP
    if [ -n "$QEMU" ]; then
        kill -TERM "$QEMU" 2>/dev/null || true # to timeout, which hands it on
        wait "$QEMU" 2>/dev/null || true
    fi
    rm -rf "$WORK"
    exit "$status"
}

# --- what goes in ----------------------------------------------------------------------------

# kernel_package VERSION: Debian's newest cloud kernel of it.
kernel_package() {
    apt-cache search --names-only "^linux-image-${1//./\\.}[.].*-cloud-amd64\$" | cut -d ' ' -f 1 |
        sort -V | tail -n 1
}

# kernel_unpack PACKAGE: leaves it in $CACHE/PACKAGE.
kernel_unpack() {
    [ -d "$CACHE/$1" ] && return 0
    (cd "$WORK" && apt-get -qq -o APT::Sandbox::User=root download "$1")
    dpkg-deb -x "$WORK/$1"_*.deb "$WORK/$1"
    mv "$WORK/$1" "$CACHE/$1"
}

# copy_programs NAME...: with the libraries they are linked with.
copy_programs() {
    local name path
    for name in "$@"; do
        path=$(command -v "$name" || PATH=/usr/sbin:/sbin command -v "$name")
        cp -L "$path" "$WORK/root/usr/bin/$name"
        copy_libraries "$path"
    done
}

copy_libraries() {
    local library
    for library in $(ldd "$1" | grep -o '/[^ ]*'); do
        mkdir -p "$WORK/root$(dirname "$library")"
        cp -Lu "$library" "$WORK/root$library"
    done
}

# The part that all kernels share. The class-data archive is made inside: it knows its paths.
make_root() {
    local java root=$WORK/root
    java=$(dirname "$(dirname "$(readlink -f "$(command -v jlink)")")")
    mkdir -p "$root"/{bin,sbin,usr/bin,dev,proc,sys,tmp,run,opt,var,lib/modules}
    cp "$(command -v busybox)" "$root/bin/busybox"
    copy_programs ip tc bpftool curl jq
    "$java/bin/jlink" --module-path "$java/jmods" --add-modules "$JAVA_MODULES" --strip-debug \
        --no-header-files --no-man-pages --output "$root/opt/java"
    rm -f "$root/opt/java/lib/server/"*.jsa
    copy_libraries "$root/opt/java/bin/java"
    copy_libraries "$root/opt/java/lib/server/libjvm.so"
    cp -a "$ROOT/target/weir" "$root/opt/weir"
    copy_libraries "$root/opt/weir/lib/libweir.so"
    busybox unzip -p "$ROOT"/target/weir/lib/netty-transport-native-epoll-*-linux-x86_64.jar \
        '*.so' >"$WORK/netty.so"
    copy_libraries "$WORK/netty.so"
    cp "$HERE/init" "$HERE/inside.sh" "$root/"
    chmod 755 "$root/init" "$root/inside.sh"
    ln -s /bin/busybox "$root/sbin/modprobe"
    # A mount namespace of its own: /proc is gone with it.
    unshare -m sh -ec 'mount -t proc proc "$1/proc"; exec chroot "$1" /bin/busybox sh -ec "
        /bin/busybox --install -s /bin
        JAVA_HOME=/opt/java PATH=/bin /opt/weir/bin/weir --write-archive >/dev/null"' sh "$root"
    archive "$root" >"$WORK/base.cpio"
}

# make_modules PACKAGE: the kernel's modules, as a second part of the initramfs.
make_modules() {
    local name file root=$WORK/modules release
    rm -rf "$root"
    release=$(ls "$CACHE/$1/lib/modules")
    mkdir -p "$root/lib/modules/$release"
    for name in "${KERNEL_MODULES[@]}"; do
        file=$(find "$CACHE/$1/lib/modules" -name "$name.ko*" -print -quit)
        if [ -z "$file" ]; then
            grep -q "/$name.ko\$" "$CACHE/$1/lib/modules/$release/modules.builtin" && continue
            echo "kernels: $1 has no module $name" >&2
            return 1
        fi
        case $file in
        *.xz) xz -dc "$file" >"$root/lib/modules/$release/$name.ko" ;;
        *) cp "$file" "$root/lib/modules/$release/$name.ko" ;;
        esac
    done
    busybox depmod -b "$root" "$release"
    archive "$root" >"$WORK/modules.cpio"
}

# Not compressed: unpacking would be emulated too.
archive() { (cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null); }

# --- one kernel ------------------------------------------------------------------------------

# boot PACKAGE: its result lines, and whether all is well.
boot() {
    local log=$CACHE/$1.log
    cat "$WORK/base.cpio" "$WORK/modules.cpio" >"$WORK/initramfs"
    # Two processors: the tables have a region for each.
    timeout -k 5 "$LIMIT" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 \
        -nodefaults -display none -serial stdio -no-reboot -nic none \
        -kernel "$CACHE/$1"/boot/vmlinuz-* -initrd "$WORK/initramfs" \
        -append 'console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off' </dev/null >"$log" 2>&1 &
    QEMU=$!
    wait "$QEMU" || true
    QEMU=
    tr -d '\r' <"$log" | grep -a '^  ' || true
    if ! grep -aq '^kernels: exit 0' "$log"; then
        if ! grep -aq '^kernels: exit' "$log"; then
            echo "  FAIL  the machine ended or was given up after $LIMIT s; the end of $log:"
            tail -n 20 "$log"
        fi
        return 1
    fi
}

# test_kernel VERSION
test_kernel() {
    local package start=$SECONDS
    package=$(kernel_package "$1")
    if [ -z "$package" ]; then
        echo "FAIL  Linux $1: no package linux-image-$1*-cloud-amd64 (expected: bookworm, or" \
            "bookworm-backports, among the sources of apt)"
        return 1
    fi
    kernel_unpack "$package"
    echo "Linux $1 ($package)"
    make_modules "$package"
    if boot "$package"; then
        echo "pass  Linux $1, in $((SECONDS - start)) s"
    else
        echo "FAIL  Linux $1, in $((SECONDS - start)) s; $CACHE/$package.log"
        return 1
    fi
}

machine_require_root "$0"
if [ "$(uname -m)" != x86_64 ]; then
    echo "kernels: this machine is $(uname -m) (expected: x86_64)" >&2
    exit 1
fi
machine_install qemu-system-x86 busybox-static iproute2 bpftool curl jq xz-utils
machine_build "$ROOT"
mkdir -p "$CACHE"
WORK=$(mktemp -d /tmp/weir-kernels.XXXXXX)
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
make_root
FAILED=0
[ $# -gt 0 ] || set -- 6.1 6.12
for version in "$@"; do
    test_kernel "$version" || FAILED=$((FAILED + 1))
done
exit $((FAILED > 0))
