#!/bin/sh
# Puts a build of Weir on this host, or takes it off again. See --help.
set -eu
umask 022

usage() {
    cat <<'TEXT'
Usage: install.sh [--uninstall [--purge]] [options]

Installs target/weir: the programs, the CNI plugin, the settings, a systemd unit, and the plugin's
place in the chain of a CNI network. Running it again upgrades. --uninstall takes all of it off;
running containers are not disturbed.

  --uninstall     detach every program and remove what was installed
  --purge         with --uninstall: also remove edited settings and the saved policies
  --network NAME  chain the plugin in this CNI network (default: the first of /etc/cni/net.d)
  --no-chain      leave the CNI networks alone
  --no-start      do not start or restart the agent
  --prefix DIR    instead of /usr/local
  --root DIR      install below DIR; starts nothing and installs no packages
  --build DIR     the build to install (default: target/weir beside this script)
TEXT
}

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
fail() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

prefix=/usr/local
root=
build=
network=
action=install
purge=
chain=yes
start=yes
while [ $# -gt 0 ]; do
    case $1 in
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    --no-chain) chain= ;;
    --no-start) start= ;;
    --network | --prefix | --root | --build)
        [ $# -ge 2 ] || fail "$1: needs a value (see --help)"
        case $1 in
        --network) network=$2 ;;
        --prefix) prefix=$2 ;;
        --root) root=$2 ;;
        --build) build=$2 ;;
        esac
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        printf 'install: %s: unknown (see --help)\n' "$1" >&2
        exit 2
        ;;
    esac
    shift
done
case $prefix in /*) ;; *) fail "--prefix: $prefix (expected: an absolute path)" ;; esac
[ -z "$purge" ] || [ "$action" = uninstall ] || fail "--purge goes with --uninstall"
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
build=${build:-$here/target/weir}
if [ -n "$root" ]; then
    mkdir -p "$root"
    root=$(CDPATH='' cd -P "$root" && pwd)
    start=
else
    [ "$(id -u)" = 0 ] || fail "must be root (expected: sudo ./install.sh, or --root DIR)"
fi

lib=$root$prefix/lib/weir
command=$root$prefix/bin/weir
plugins=$root/opt/cni/bin
networks=$root/etc/cni/net.d
settings=$root/etc/weir/weir.yaml
unit=$root/etc/systemd/system/weir.service
state=$root/var/lib/weir

systemd_runs() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# What the settings say of one top-level key; else the default.
setting() { # setting KEY DEFAULT
    value=
    if [ -f "$settings" ]; then
        value=$(sed -n "s/^$1:[[:space:]]*\"\{0,1\}\([^\"#]*[^\"#[:space:]]\).*/\1/p" "$settings" | tail -n 1)
    fi
    printf '%s' "${value:-$2}"
}

# What the settings say of the CNI networks' files that the agent keeps; as cni.conflists: [a, b].
kept_line() { sed -n 's/^  conflists:[[:space:]]*\[\([^]]*\)\].*/\1/p' "$1" | head -n 1; }

# The settings but for that line, which is the installer's own.
same_settings() { # same_settings FILE FILE
    [ "$(sed 's/^  conflists:.*/  conflists: []/' "$1")" = "$(sed 's/^  conflists:.*/  conflists: []/' "$2")" ]
}

# ---- undoing, when a step fails ------------------------------------------------------------------

done_ok=
undo=
on_failure() { undo="$*
$undo"; }
at_exit() {
    status=$?
    trap - EXIT
    if [ -z "$done_ok" ] && [ -n "$undo" ]; then
        say "install: failed; taking back what was done" >&2
        printf '%s' "$undo" | while IFS= read -r line; do
            [ -z "$line" ] || eval "$line" || true
        done
    fi
    exit "$status"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- what the host must have ---------------------------------------------------------------------

java_is_there() {
    [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ] && return 0
    command -v java >/dev/null 2>&1
}

need_packages() {
    wanted=
    java_is_there || wanted="openjdk-17-jre-headless"
    if [ -z "$root" ] && ! ldconfig -p 2>/dev/null | grep -q 'libbpf\.so\.1'; then
        wanted="$wanted libbpf1"
    fi
    [ -n "$wanted" ] || return 0
    [ -z "$root" ] || fail "not found: $wanted (expected: Java 17 or newer on PATH or in JAVA_HOME)"
    command -v apt-get >/dev/null 2>&1 ||
        fail "not found: $wanted (expected: Java 17 or newer and libbpf 1; install them and run this again)"
    step "packages: $wanted"
    # shellcheck disable=SC2086
    apt_install $wanted ||
        { apt-get update -qq && apt_install $wanted; } ||
        fail "apt-get could not install: $wanted"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}

check_build() {
    [ -d "$build" ] || fail "$build: not found (expected: a build; run mvn -q -DskipTests package)"
    for file in bin/weir bin/weir-cni lib/weir.jar lib/libweir.so lib/bpf/weir_tc.bpf.o \
        lib/bpf/weir_xdp.bpf.o etc/weir.yaml; do
        [ -f "$build/$file" ] || fail "$build/$file: missing (run mvn -q -DskipTests package again)"
    done
    "$build/bin/weir" version >/dev/null || fail "$build/bin/weir does not run on this host"
    [ -z "$chain" ] || find_network
}

# Before anything is changed: which network, and can its file be read?
find_network() {
    chained=$(network_file) || fail "the network files in $networks could not be read"
    [ -n "$chained" ] || [ -z "$network" ] ||
        fail "--network: $network (expected: the name of a network in $networks)"
}

# ---- CNI -----------------------------------------------------------------------------------------

# True when the container runtimes here read the folder of drop-ins: libcni 1.3 or newer knows this key.
drop_ins_are_read() {
    found=
    for runtime in containerd crio; do
        path=$(command -v "$runtime" 2>/dev/null) || continue
        found=yes
        grep -aq loadOnlyInlinedPlugins "$path" || return 1
    done
    [ -n "$found" ]
}

# The file of the network to chain in; nothing when there is none.
network_file() {
    for file in "$networks"/*.conflist; do
        [ -f "$file" ] || continue
        name=$("$build/bin/weir" conflist name "$file") || return 1
        if [ -z "$network" ] || [ "$network" = "$name" ]; then
            printf '%s\n%s\n' "$file" "$name"
            return 0
        fi
    done
}

# Runtimes watch the folder itself and only for some changes; a rename is one that all notice.
announce() {
    : >"$networks/.weir-reload"
    mv -fT "$networks/.weir-reload" "$networks/.weir-reloaded"
    rm -f "$networks/.weir-reloaded"
}

# Tells the agent, by the settings, whether to keep the network's file.
keep_conflist() {
    [ -n "$chain" ] && [ -n "$chained" ] || return 0
    file=${chained%%
*}
    listed=${file#"$root"}
    before=$(kept_line "$settings")
    kept=$(printf '%s' "$before" | tr ',' '\n' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//' | grep -vxF "$listed" || true)
    if ! drop_ins_are_read; then
        kept=$(printf '%s\n%s' "$kept" "$listed")
        # To be taken back after the agent is, for it would put the entry back.
        grep -q '"weir-cni"' "$file" || on_failure "'$build/bin/weir' conflist remove '$file'"
    fi
    kept=$(printf '%s\n' "$kept" | sed '/^$/d' | paste -sd , | sed 's/,/, /g')
    [ "$kept" != "$before" ] || return 0
    step "settings: the agent keeps the CNI networks [$kept]"
    cp "$settings" "$settings.before"
    on_failure "mv -fT '$settings.before' '$settings'"
    if grep -q '^  conflists:' "$settings"; then
        sed "s|^  conflists:.*|  conflists: [$kept]|" "$settings.before" >"$settings.tmp"
    elif grep -q '^cni:[[:space:]]*$' "$settings"; then
        sed "s|^cni:[[:space:]]*\$|&\n  conflists: [$kept]|" "$settings.before" >"$settings.tmp"
    else
        { cat "$settings.before" && printf '\ncni:\n  conflists: [%s]\n' "$kept"; } >"$settings.tmp"
    fi
    mv -fT "$settings.tmp" "$settings"
}

chain_in() {
    [ -n "$chain" ] || return 0
    if [ -z "$chained" ]; then
        say "    no CNI network in $networks yet: run this again when there is one"
        return 0
    fi
    file=${chained%%
*}
    name=${chained#*
}
    socket=$(setting socket /run/weir/weir.sock)
    if drop_ins_are_read; then
        step "CNI: drop-in for network $name"
        drop_in=$networks/$name/90-weir.conf
        mkdir -p "$networks/$name"
        on_failure "rm -f '$drop_in.tmp'"
        [ -f "$drop_in" ] || on_failure "rm -f '$drop_in'"
        printf '{ "type": "weir-cni", "socket": "%s" }\n' "$socket" >"$drop_in.tmp"
        mv -fT "$drop_in.tmp" "$drop_in"
        # One chain is enough: an entry of an earlier installation goes.
        "$build/bin/weir" conflist remove "$file" || fail "$file could not be changed"
        announce
    else
        step "CNI: entry for network $name in $file"
        "$build/bin/weir" conflist add "$file" --plugin-socket "$socket" ||
            fail "$file could not be changed"
    fi
}

chain_out() {
    changed=
    for drop_in in "$networks"/*/90-weir.conf; do
        [ -f "$drop_in" ] || continue
        step "CNI: removing $drop_in"
        rm -f "$drop_in"
        rmdir "$(dirname "$drop_in")" 2>/dev/null || true
        changed=yes
    done
    for file in "$networks"/*.conflist; do
        [ -f "$file" ] && grep -q '"weir-cni"' "$file" || continue
        step "CNI: removing the entry in $file"
        "$lib/bin/weir" conflist remove "$file" || fail "$file: take the weir-cni entry out by hand, then run this again"
    done
    [ -z "$changed" ] || announce
}

# Folders where runtimes look for plugins: /opt/cni/bin and what their settings say; no blanks in them.
plugin_folders() {
    printf '%s\n' "$plugins"
    for file in "$root/etc/containerd/config.toml" "$root/etc/crio/crio.conf"; do
        [ -f "$file" ] || continue
        sed -n 's/^[[:space:]]*bin_dir[[:space:]]*=[[:space:]]*"\([^"]*\)".*/\1/p' "$file" |
            while IFS= read -r folder; do
                [ "$root$folder" = "$plugins" ] || printf '%s\n' "$root$folder"
            done
    done
}

# ---- steps ---------------------------------------------------------------------------------------

install_programs() {
    step "programs: $lib"
    mkdir -p "$(dirname "$lib")" "$(dirname "$command")"
    rm -rf "$lib.new" "$lib.old"
    on_failure "rm -rf '$lib.new'"
    cp -R "$build" "$lib.new"
    if [ -d "$lib" ]; then
        mv "$lib" "$lib.old"
        on_failure "rm -rf '$lib'; mv '$lib.old' '$lib'"
    else
        on_failure "rm -rf '$lib'"
    fi
    mv "$lib.new" "$lib"
    # For this host's Java and this folder; without it everything works, only slower.
    "$lib/bin/weir" --write-archive ||
        say "    no class-data archive: commands will take a little longer"
    step "command: $command"
    on_failure "rm -f '$command.new'"
    [ -e "$command" ] || on_failure "rm -f '$command'"
    ln -sfn "../lib/weir/bin/weir" "$command.new"
    mv -fT "$command.new" "$command"
}

install_plugin() {
    for folder in $(plugin_folders); do
        step "CNI plugin: $folder/weir-cni"
        if [ -f "$folder/weir-cni" ] && [ -f "$lib.old/bin/weir-cni" ]; then
            on_failure "place_plugin '$lib.old' '$folder'"
        else
            on_failure "rm -f '$folder/weir-cni' '$folder/.weir-cni.new'"
        fi
        mkdir -p "$folder"
        place_plugin "$build" "$folder"
    done
}

# By another name and a rename: the file may be running.
place_plugin() { # place_plugin BUILD FOLDER
    cp "$1/bin/weir-cni" "$2/.weir-cni.new"
    chmod 755 "$2/.weir-cni.new"
    mv -fT "$2/.weir-cni.new" "$2/weir-cni"
}

install_settings() {
    shipped=$build/etc/weir.yaml
    before=$lib.old/etc/weir.yaml
    if [ ! -f "$settings" ]; then
        step "settings: $settings"
        on_failure "rm -f '$settings'"
    elif same_settings "$settings" "$shipped"; then
        return 0
    elif [ -f "$before" ] && same_settings "$settings" "$before"; then
        step "settings: $settings (was not edited, takes the new defaults)"
    else
        step "settings: $settings kept, for it was edited; the new defaults are in weir.yaml.new"
        cp "$shipped" "$settings.new"
        return 0
    fi
    on_failure "rm -f '$settings.tmp'"
    mkdir -p "$(dirname "$settings")"
    networks_kept=
    [ ! -f "$settings" ] || networks_kept=$(kept_line "$settings")
    sed "s|^  conflists:.*|  conflists: [$networks_kept]|" "$shipped" >"$settings.tmp"
    mv -fT "$settings.tmp" "$settings"
}

install_unit() {
    if [ -z "$root" ] && [ ! -d /etc/systemd/system ]; then
        say "    no systemd: start the agent with: weir agent --config /etc/weir/weir.yaml"
        return 0
    fi
    step "systemd unit: $unit"
    mkdir -p "$(dirname "$unit")"
    on_failure "rm -f '$unit.tmp'"
    [ -f "$unit" ] || on_failure "rm -f '$unit'"
    java_line=
    command -v java >/dev/null 2>&1 || java_line="Environment=JAVA_HOME=$JAVA_HOME"
    # Stopping the agent must leave the programs in the kernel, and its notes in /run/weir.
    cat >"$unit.tmp" <<UNIT
[Unit]
Description=Weir: network policy and flows of containers
After=network-pre.target
Before=containerd.service crio.service docker.service kubelet.service

[Service]
Type=exec
ExecStart=$prefix/bin/weir agent --config /etc/weir/weir.yaml
$java_line
Restart=always
RestartSec=1
KillMode=mixed
SuccessExitStatus=143
TimeoutStopSec=20
LimitMEMLOCK=infinity
RuntimeDirectory=weir
RuntimeDirectoryPreserve=yes
StateDirectory=weir
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
UNIT
    mv -fT "$unit.tmp" "$unit"
}

start_agent() {
    [ -n "$start" ] || return 0
    if ! systemd_runs; then
        say "    systemd does not run here: start the agent with: weir agent --config /etc/weir/weir.yaml"
        return 0
    fi
    step "starting weir.service"
    [ -d "$lib.old" ] || on_failure "systemctl disable --quiet --now weir.service"
    systemctl daemon-reload
    systemctl enable --quiet weir.service
    systemctl restart weir.service
    socket=$(setting socket /run/weir/weir.sock)
    tries=0
    until "$command" status --socket "$socket" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 60 ] || fail "the agent does not answer (see: journalctl -u weir)"
        sleep 0.5
    done
}

install_all() {
    need_packages
    check_build
    install_programs
    install_plugin
    install_settings
    keep_conflist
    install_unit
    start_agent
    chain_in
    rm -rf "$lib.old" "$settings.before"
    done_ok=yes
    step "done: weir $("$command" version | sed 's/^weir //') is installed (weir --help; weir status)"
}

# Before the networks are changed, for a running agent would put its entry back.
stop_agent() {
    [ -z "$root" ] || return 0
    socket=$(setting socket /run/weir/weir.sock)
    if systemd_runs && [ -f "$unit" ]; then
        step "stopping weir.service"
        on_failure "systemctl enable --quiet --now weir.service"
        systemctl disable --quiet --now weir.service || fail "weir.service could not be stopped"
    fi
    if "$lib/bin/weir" status --socket "$socket" >/dev/null 2>&1; then
        fail "an agent still runs on $socket (expected: none; stop it and run this again)"
    fi
}

detach_programs() {
    [ -z "$root" ] || return 0
    step "detaching every program"
    "$lib/bin/weir" agent --config "$settings" --detach-all ||
        fail "the programs could not be detached (see above); nothing else was removed"
}

uninstall_all() {
    if [ -d "$lib" ]; then
        stop_agent
        chain_out
        undo= # From here on it goes forward only.
        [ ! -f "$settings" ] || detach_programs
    else
        say "    $lib: not there"
    fi
    if [ -f "$unit" ]; then
        step "removing $unit"
        rm -f "$unit"
        if systemd_runs; then systemctl daemon-reload; fi
    fi
    for folder in $(plugin_folders); do
        [ ! -f "$folder/weir-cni" ] || step "removing $folder/weir-cni"
        rm -f "$folder/weir-cni"
    done
    if [ -f "$settings" ]; then
        if [ -n "$purge" ] || same_settings "$settings" "$lib/etc/weir.yaml"; then
            step "removing $settings"
            rm -f "$settings"
        else
            step "keeping $settings, for it was edited (--purge removes it)"
        fi
    fi
    rm -f "$settings.new"
    rmdir "$(dirname "$settings")" 2>/dev/null || true
    if [ -d "$state" ]; then
        if [ -n "$purge" ]; then
            step "removing $state"
            rm -rf "$state"
        else
            step "keeping the policies in $state (--purge removes them)"
        fi
    fi
    step "removing $command and $lib"
    rm -f "$command"
    rm -rf "$lib" "$lib.new" "$lib.old"
    done_ok=yes
    step "done: Weir is off this host"
}

case $action in
install) install_all ;;
uninstall) uninstall_all ;;
esac
