# machine.sh - what a bare Debian 12 lacks, and how the product is built. Sourced; needs bash.

# Packages that the build needs, and what more running containers needs.
BUILD_PACKAGES=(gcc make libc6-dev clang llvm libbpf-dev libelf-dev zlib1g-dev libjansson-dev bpftool
    maven openjdk-17-jdk-headless)
RUN_PACKAGES=(containerd runc containernetworking-plugins busybox-static iproute2 jq curl procps)
TEST_PACKAGES=(clang-format libclang-rt-14-dev iperf3 nftables ethtool)

# Installs those of the named packages that are missing.
machine_install() {
    local package missing=()
    for package in "$@"; do
        # A JDK or a Maven that somebody put there in another way is as good.
        case $package in
        openjdk-17-jdk-headless) command -v javac >/dev/null && continue ;;
        maven) command -v mvn >/dev/null && continue ;;
        esac
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "installing: ${missing[*]}"
    apt-get -qq update
    # --no-install-recommends: containerd recommends nothing that a demonstration needs.
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install "${missing[@]}" >/dev/null
    machine_unstart containerd "${missing[@]}"
}

# Debian starts a service on installing it. What was not wanted as a service is stopped again.
machine_unstart() {
    local service=$1 package
    shift
    for package in "$@"; do
        if [ "$package" = "$service" ] && [ -d /run/systemd/system ]; then
            systemctl disable --now "$service" >/dev/null 2>&1 || true
        fi
    done
}

machine_require_root() {
    [ "$(id -u)" -eq 0 ] || {
        echo "$1: not root (expected: sudo $1)" >&2
        exit 1
    }
}

# Builds target/weir when it is missing or older than a source. $1: the root of the repository.
machine_build() {
    local root=$1
    if [ -x "$root/target/weir/bin/weir" ] && [ -x "$root/target/weir/bin/weir-cni" ] &&
        [ -z "$(find "$root/bpf" "$root/cni" "$root/dataplane" "$root/controller" "$root/dist" \
            "$root/pom.xml" -name target -prune -o -type f -newer "$root/target/weir/bin/weir" \
            -print -quit)" ]; then
        return 0
    fi
    (cd "$root" && mvn -q -DskipTests package)
}
