# machine.sh - what a bare Debian 12 lacks, and how the product is built. Sourced; needs bash.

# Packages that the build needs, and what more running containers needs.
BUILD_PACKAGES=(gcc make libc6-dev clang llvm libbpf-dev libelf-dev zlib1g-dev libjansson-dev bpftool
    maven openjdk-17-jdk-headless)
RUN_PACKAGES=(containerd runc containernetworking-plugins busybox-static iproute2 jq curl procps)
TEST_PACKAGES=(clang-format libclang-rt-14-dev iperf3 nftables ethtool nfdump prometheus tshark dnsmasq-base)

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
    command -v apt-get >/dev/null || {
        echo "machine: no apt-get here (expected: Debian 12, or these packages installed)" >&2
        return 1
    }
    machine_update
    # --no-install-recommends: containerd recommends nothing that a demonstration needs.
    machine_apt -y --no-install-recommends install "${missing[@]}" >/dev/null || return
    for package in containerd nfdump prometheus; do
        machine_unstart "$package" "${missing[@]}"
    done
}

machine_apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# For the lists' lock apt-get does not wait. Where they cannot be had, those that are there may do.
machine_update() {
    local try
    for try in 1 2 3 4 5 6 7 8 9 10; do
        machine_apt update && return 0
        [ "$try" -eq 10 ] || sleep 3
    done
    echo 'machine: the package lists could not be updated; trying with those that are there' >&2
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

# Debian's kubectl, unpacked and not installed: another one may be there already, with its own package.
# $1: the root of the repository.
machine_kubectl() {
    local folder=$1/target/kubectl-1.20
    [ -x "$folder/usr/bin/kubectl" ] && return 0
    mkdir -p "$folder" && (
        cd "$folder" || exit
        machine_update
        machine_apt download kubernetes-client && dpkg -x kubernetes-client_*.deb . && rm -f ./*.deb
    )
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
