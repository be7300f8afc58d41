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

# Debian's kubectls, unpacked and not installed: another one may be there already, with its own package.
# That of Debian 12 is old; that of 13 runs here too, and sends some objects as protobuf.
# $1: the root of the repository.
machine_kubectl() {
    machine_unpack "$1/target/kubectl-1.20" usr/bin/kubectl kubernetes-client bookworm &&
        machine_unpack "$1/target/kubectl-1.32" usr/bin/kubectl kubectl trixie
}

# machine_unpack FOLDER FILE PACKAGE RELEASE: a package of that Debian in FOLDER, unless FILE is there.
machine_unpack() {
    local folder=$1 file=$2 package=$3 release=$4 mirror
    [ -x "$folder/$file" ] && return 0
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' |
        head -n 1)
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" && (
        cd "$folder" || exit
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
            "${mirror:-http://deb.debian.org/debian} $release main" >apt/sources.list
        apt=(-o Dir::Etc::SourceList="$PWD/apt/sources.list" -o Dir::Etc::SourceParts=-
            -o Dir::State::Lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache"
            -o APT::Sandbox::User=root)
        machine_apt "${apt[@]}" update &&
            machine_apt "${apt[@]}" download "$package/$release" &&
            dpkg -x "$package"_*.deb .
        status=$?
        rm -rf apt ./*.deb
        exit "$status"
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
