#!/bin/bash
# install.sh: on a host of its own (a mount namespace over this one), with a container that runs
# through installation, upgrade and removal. Root; needs target/weir.
set -Eeuo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tests/machine.sh"
. "$ROOT/tests/harness.sh"
trap 'echo "install: failed in line $LINENO: $BASH_COMMAND" >&2' ERR

machine_require_root "$0"

# Second start, inside of the mount namespace. /run and the bpffs are empty there, so that no
# systemd, no agent and no program of the real host is in reach; a write to the others is a layer.
if [ "${1:-}" != --inside ]; then
    exec unshare --mount --propagation private "$0" --inside
fi
harness_open install "$ROOT"
LAYERED=(/etc /opt /usr/local /usr/lib/cni /var/lib)
NETNS=$CGROUP-a
PINGER=

layers_mount() {
    local folder layer
    mount -t tmpfs weir "$WORK/mounts"
    for folder in "${LAYERED[@]}"; do
        layer=$WORK/mounts/${folder//\//-}
        mkdir -p "$layer/upper" "$layer/work" "$folder"
        mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" \
            weir "$folder"
    done
    mount -t tmpfs weir /run
    mount -t bpf bpf /sys/fs/bpf
}

# Unmounted here, the folders of the host are the host's again.
harness_before_close() {
    local folder
    [ -z "$PINGER" ] || process_stop "$PINGER" TERM
    ip netns delete "$NETNS" 2>/dev/null
    agent_stop
    umount /sys/fs/bpf
    umount --recursive /run
    for folder in "${LAYERED[@]}"; do
        umount "$folder"
    done
    umount "$WORK/mounts"
}

# What there is, but for what removal keeps (the policies) and what is compared byte for byte.
tree() {
    find "${LAYERED[@]}" -xdev \( -path /var/lib/weir -o -name 10-net.conflist \) -prune -o \
        \( -type f -newer "$WORK/start" -o -name '*weir*' \) -print 2>/dev/null | sort
}

network_write_plain() {
    mkdir -p /etc/cni/net.d
    cat >/etc/cni/net.d/10-net.conflist <<EOF
{
  "cniVersion": "1.0.0", "name": "net",
  "plugins": [ { "type": "ptp", "ipam": { "type": "host-local",
    "ranges": [[{ "subnet": "$SUBNET.0/24" }]], "dataDir": "$WORK/ipam" } } ]
}
EOF
}

# What a runtime does with the network: all plugins of the file and of the drop-in folder.
plugins() { cat <(jq -c '.plugins[]' /etc/cni/net.d/10-net.conflist) \
    <({ cat /etc/cni/net.d/net/*.conf 2>/dev/null || true; } | jq -c .); }

add_container() {
    local result=null plugin type path
    ip netns add "$NETNS"
    while read -r plugin; do
        type=$(jq -r .type <<<"$plugin")
        path=/usr/lib/cni/$type
        [ -x "/opt/cni/bin/$type" ] && path=/opt/cni/bin/$type
        result=$(jq -c --argjson result "$result" '{name: "net", cniVersion: "1.0.0"} + . +
            (if $result then {prevResult: $result} else {} end)' <<<"$plugin" |
            CNI_COMMAND=ADD CNI_CONTAINERID=installed CNI_NETNS=/run/netns/$NETNS CNI_IFNAME=eth0 \
                CNI_PATH=/usr/lib/cni "$path")
    done < <(plugins)
    ADDRESS=$(jq -r '.ips[0].address | sub("/.*"; "")' <<<"$result")
}

installed_agent_start() {
    setsid /usr/local/bin/weir agent --config /etc/weir/weir.yaml >>"$WORK/log/agent" 2>&1 &
    AGENT_PID=$!
    SOCKET=/run/weir/weir.sock
    if ! wait_for 60 agent_ready_or_gone || ! agent_ready; then
        tail -n 20 "$WORK/log/agent" >&2
        return 1
    fi
}

# Pings from the container all the time; each lost one is a failure at the end.
pinger_start() {
    ip netns exec "$NETNS" /bin/busybox ping -i 0.2 "$SUBNET.1" >"$WORK/ping" 2>&1 &
    PINGER=$!
}

pinger_lost_nothing() {
    process_stop "$PINGER" INT
    PINGER=
    grep -q ' 0% packet loss' "$WORK/ping" || {
        tail -n 3 "$WORK/ping"
        return 1
    }
}

# Programs stay on interfaces by their pinned links, and by nothing else once no agent runs.
pins() { find /sys/fs/bpf -mindepth 1 ! -name '*.debug' | wc -l; }

installation() {
    network_write_plain
    cp /etc/cni/net.d/10-net.conflist "$WORK/conflist"
    touch "$WORK/start"
    sleep 0.01
    tree >"$WORK/before"
    check 'it installs' "$ROOT/install.sh" --no-start
    check 'the command is there' test -x /usr/local/bin/weir
    check 'and runs' equal "weir $("$ROOT/target/weir/bin/weir" version | sed 's/^weir //')" \
        "$(/usr/local/bin/weir version)"
    check 'the plugin is there' test -x /opt/cni/bin/weir-cni
    check 'the settings are there' test -f /etc/weir/weir.yaml
    check 'the network has the plugin once, at its end' equal '["ptp","weir-cni"]' \
        "$(plugins | jq -cs 'map(.type)')"
}

use() {
    installed_agent_start
    add_container
    check 'a container of the network is an endpoint' equal "$ADDRESS" \
        "$(/usr/local/bin/weir endpoint list -o json | jq -r '.items[0].ips[0]')"
    check 'with programs on its interface' test "$(pins)" -ge 2
    pinger_start
}

upgrade() {
    check 'installing again is an upgrade' "$ROOT/install.sh" --no-start
    check 'the network still has the plugin once' equal '["ptp","weir-cni"]' \
        "$(plugins | jq -cs 'map(.type)')"
    agent_stop
    installed_agent_start
    check 'the new agent has the container' equal 1 \
        "$(/usr/local/bin/weir endpoint list -o json | jq '.items | length')"
}

removal() {
    agent_stop
    check 'it is taken off' "$ROOT/install.sh" --uninstall
    tree >"$WORK/after"
    check 'nothing of it is left' diff "$WORK/before" "$WORK/after"
    check 'no program is left on an interface' equal 0 "$(pins)"
    check 'the network is as it was' cmp "$WORK/conflist" /etc/cni/net.d/10-net.conflist
    check 'the container did not lose a packet through all that' pinger_lost_nothing
    check 'taking it off again does nothing' "$ROOT/install.sh" --uninstall
}

layers_mount
installation
use
upgrade
removal
checks_summary
