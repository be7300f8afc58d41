# harness.sh - an agent, a containerd and containers of our own, all in one temporary folder.
#
# Sourced by demo.sh and the end-to-end tests; needs bash, root and set -e. harness_open makes the
# folder and takes care that all is gone at the end, whatever the end is. Whoever is killed is
# known by a process id or a control group that we made.

WORK=            # the temporary folder
NAMESPACE=demo   # containerd's; container ids become demo-<name>
NETWORK=weirdemo # CNI's
BRIDGE=          # the bridge's interface
SUBNET=          # its first three octets
AGENT_PID=
CONTAINERD_PID=
declare -A CONTAINER_PIDS=()
declare -A STARTED=() # by process id, only in the script that --keep leaves
CLEANED=

harness_say() { printf '%s\n' "$*"; }

# harness_open NAME ROOT: the work folder, and the promise to clear up.
harness_open() {
    ROOT=$2
    WEIR=$ROOT/target/weir/bin/weir
    WORK=$(mktemp -d "/tmp/weir-$1.XXXXXX")
    SOCKET=$WORK/weir.sock
    BRIDGE=wr$$
    CGROUP=weir-$1-$$
    trap 'harness_close' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mkdir -p "$WORK/plugins" "$WORK/cache" "$WORK/mounts" "$WORK/log"
    harness_subnet
}

# The first 10.251.x that no address and no route of this machine has.
harness_subnet() {
    local third routes
    routes=$(ip -4 route show table all; ip -4 addr show)
    for third in $(seq 7 250); do
        if ! grep -q "10\.251\.$third\." <<<"$routes"; then
            SUBNET=10.251.$third
            return 0
        fi
    done
    echo "harness: no free network in 10.251.0.0/16" >&2
    return 1
}

# For a script that has made something of its own: called first.
harness_before_close() { :; }

# Takes away everything, newest first. Every step is tried, however the others end.
harness_close() {
    local status=$? name
    [ -z "$CLEANED" ] || return 0
    CLEANED=yes
    trap '' INT TERM HUP
    set +e
    trap - ERR
    harness_before_close
    for name in "${!CONTAINER_PIDS[@]}"; do
        container_stop "$name"
    done
    agent_stop
    [ -n "$AGENT_STARTED" ] && agent_detach_all
    containerd_stop
    cgroup_remove
    ip link show "$BRIDGE" >/dev/null 2>&1 && ip link delete "$BRIDGE"
    mountpoint -q "$WORK/bpffs" && umount "$WORK/bpffs"
    # Nothing may be mounted there any more; if it is, its content is not ours to delete.
    if grep -q " $WORK/" /proc/self/mounts; then
        echo "harness: still mounted below $WORK" >&2
    else
        rm -rf "$WORK"
    fi
    exit "$status"
}

# Ends without taking anything away, and leaves a script that does: $WORK/stop.
harness_keep() {
    local pid
    declare -A STARTED=()
    for pid in "$AGENT_PID" "$CONTAINERD_PID" "${CONTAINER_PIDS[@]}"; do
        STARTED[$pid]=$(process_started "$pid")
        disown "$pid"
    done
    {
        echo '#!/bin/bash'
        echo '# Takes away what was left running, by the process ids and the control group of then.'
        declare -p ROOT WEIR WORK SOCKET BRIDGE CGROUP NAMESPACE AGENT_PID CONTAINERD_PID \
            AGENT_STARTED CONTAINER_PIDS STARTED
        echo 'CLEANED='
        declare -f
        echo harness_close
    } >"$WORK/stop"
    chmod 700 "$WORK/stop"
    trap - EXIT
}

# When a process started, in clock ticks: a number that is used again has another one.
process_started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.05
    done
}

# --- agent -----------------------------------------------------------------------------------

AGENT_STARTED=

# agent_start [FLAG...]: returns when /readyz says so.
agent_start() {
    AGENT_STARTED=yes
    # setsid here and below: Ctrl-C is for the script, which then stops what it started.
    setsid "$WEIR" agent --socket "$SOCKET" --state-dir "$WORK/state" --bpffs "$WORK/bpffs" \
        --node-name demo "$@" >>"$WORK/log/agent" 2>&1 &
    AGENT_PID=$!
    if ! wait_for 60 agent_ready_or_gone || ! agent_ready; then
        echo "agent: did not get ready; its log:" >&2
        tail -n 20 "$WORK/log/agent" >&2
        return 1
    fi
}

agent_ready() { curl -sf --max-time 5 --unix-socket "$SOCKET" http://weir/readyz >/dev/null 2>&1; }
agent_ready_or_gone() { agent_ready || ! kill -0 "$AGENT_PID" 2>/dev/null; }

# agent_stop [SIGNAL]
agent_stop() {
    [ -n "$AGENT_PID" ] || return 0
    process_stop "$AGENT_PID" "${1:-TERM}"
    AGENT_PID=
}

agent_detach_all() {
    "$WEIR" agent --detach-all --socket "$SOCKET" --state-dir "$WORK/state" \
        --bpffs "$WORK/bpffs" >>"$WORK/log/agent" 2>&1
}

# A child of ours: asked by the signal, killed after ten seconds, and waited for.
process_stop() {
    local pid=$1
    if [ -n "${STARTED[$pid]:-}" ] && [ "$(process_started "$pid")" != "${STARTED[$pid]}" ]; then
        return 0
    fi
    kill -s "$2" "$pid" 2>/dev/null || true
    wait_for 10 process_gone "$pid" || kill -s KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

process_gone() { ! kill -0 "$1" 2>/dev/null || grep -qs '^State:.Z' "/proc/$1/status"; }

# --- control group: whatever containerd leaves behind is in there ------------------------------

# The hierarchies there are: one with cgroup v2, one a controller with v1.
cgroup_hierarchies() {
    if [ -e /sys/fs/cgroup/cgroup.procs ]; then
        echo /sys/fs/cgroup
    else
        ls -d /sys/fs/cgroup/*/
    fi
}

# Moves the calling subshell into a group of ours, in the hierarchy that every machine has.
cgroup_enter() {
    local base
    for base in /sys/fs/cgroup /sys/fs/cgroup/pids /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        if [ -e "$base/cgroup.procs" ] && mkdir -p "$base/$CGROUP/daemon" 2>/dev/null; then
            echo "$BASHPID" >"$base/$CGROUP/daemon/cgroup.procs" && return 0
        fi
    done
    echo "harness: no control group can be made below /sys/fs/cgroup" >&2
    return 1
}

cgroup_processes() {
    local hierarchy
    for hierarchy in $(cgroup_hierarchies); do
        find "$hierarchy/$CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null
    done | sort -u
}

cgroup_empty() { [ -z "$(cgroup_processes)" ]; }

cgroup_remove() {
    local hierarchy pid
    for pid in $(cgroup_processes); do
        kill -s KILL "$pid" 2>/dev/null
    done
    wait_for 10 cgroup_empty
    for hierarchy in $(cgroup_hierarchies); do
        find "$hierarchy/$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null
    done
}

# --- containerd ------------------------------------------------------------------------------

containerd_start() {
    cat >"$WORK/containerd.toml" <<EOF
version = 2
root = "$WORK/containerd/root"
state = "$WORK/containerd/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.overlayfs",
  "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "$WORK/containerd.sock"
[ttrpc]
  address = "$WORK/containerd.sock.ttrpc"
EOF
    (
        cgroup_enter
        exec setsid containerd --config "$WORK/containerd.toml"
    ) >"$WORK/log/containerd" 2>&1 &
    CONTAINERD_PID=$!
    if ! wait_for 30 ctr_quiet version; then
        echo "containerd: did not start; its log:" >&2
        tail -n 20 "$WORK/log/containerd" >&2
        return 1
    fi
    cp /usr/lib/cni/{bridge,ptp,host-local,loopback} "$ROOT/target/weir/bin/weir-cni" "$WORK/plugins/"
}

containerd_stop() {
    [ -n "$CONTAINERD_PID" ] || return 0
    process_stop "$CONTAINERD_PID" TERM
    CONTAINERD_PID=
}

container_ctr() { ctr -a "$WORK/containerd.sock" -n "$NAMESPACE" "$@"; }
ctr_quiet() { container_ctr "$@" >/dev/null 2>&1; }

# rootfs_make FOLDER: busybox and what is handed over in addition (files to go to /bin).
rootfs_make() {
    local root=$1 applet
    shift
    mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,www}
    cp /bin/busybox "$root/bin/busybox"
    for applet in $("$root/bin/busybox" --list); do
        [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
    done
    for applet in "$@"; do
        cp "$applet" "$root/bin/"
    done
}

# network_write NAME LABELS [VERSION]: the chain bridge + weir-cni for one container.
network_write() {
    mkdir -p "$WORK/net.d/$1"
    jq -n --arg version "${3:-1.0.0}" --arg network "$NETWORK" --arg bridge "$BRIDGE" \
        --arg subnet "$SUBNET.0/24" --arg data "$WORK/ipam" --arg socket "$SOCKET" \
        --argjson labels "$2" '{
            cniVersion: $version, name: $network, plugins: [
              {type: "bridge", bridge: $bridge, isGateway: true,
               ipam: {type: "host-local", dataDir: $data, ranges: [[{subnet: $subnet}]],
                      routes: [{dst: "0.0.0.0/0"}]}},
              {type: "weir-cni", socket: $socket, labels: $labels}]}' \
        >"$WORK/net.d/$1/10-weir.conflist"
}

# ctr knows one place for CNI configurations, plugins and results. It gets ours there, in a mount
# namespace of its own; /etc, /opt and /var/lib get a writable layer, for the mount points.
container_ctr_with_cni() {
    local name=$1
    shift
    exec setsid unshare --mount --propagation private /bin/bash -ec '
        work=$1 name=$2 namespace=$3
        shift 3
        mount -t tmpfs weir "$work/mounts"
        for folder in /etc /opt /var/lib; do
            layer=$work/mounts/${folder//\//-}
            mkdir -p "$layer/upper" "$layer/work"
            mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" \
                weir "$folder"
        done
        mkdir -p /etc/cni/net.d /opt/cni/bin /var/lib/cni
        mount --bind "$work/net.d/$name" /etc/cni/net.d
        mount --bind "$work/plugins" /opt/cni/bin
        mount --bind "$work/cache" /var/lib/cni
        exec ctr -a "$work/containerd.sock" -n "$namespace" "$@"
    ' bash "$WORK" "$name" "$NAMESPACE" "$@"
}

# container_run NAME LABELS COMMAND...: returns when the command runs, which is after CNI ADD.
container_run() {
    local name=$1
    network_write "$name" "$2"
    shift 2
    (container_ctr_with_cni "$name" run --rm --null-io --cni --env PATH=/bin --cgroup "/$CGROUP/$name" \
        --runc-root "$WORK/runc" --rootfs "$WORK/rootfs" "$name" "$@") \
        </dev/null >"$WORK/log/$name" 2>&1 &
    CONTAINER_PIDS[$name]=$!
    if ! wait_for 30 container_runs_or_failed "$name" || ! container_runs "$name"; then
        echo "container $name: does not run:" >&2
        cat "$WORK/log/$name" >&2
        return 1
    fi
}

# Not grep -q: it ends at the first match, and ctr, which still writes, by SIGPIPE.
container_runs() { container_ctr tasks list | grep "^$1 .*RUNNING" >/dev/null; }
container_runs_or_failed() { container_runs "$1" || process_gone "${CONTAINER_PIDS[$1]}"; }

# container_stop NAME: kills it; ctr then does the CNI DEL and ends.
container_stop() {
    local name=$1
    local pid=${CONTAINER_PIDS[$name]:-}
    [ -n "$pid" ] || return 0
    unset "CONTAINER_PIDS[$name]"
    ctr_quiet tasks kill -s KILL "$name" || true
    process_stop "$pid" CONT
    # Only where the start failed half-way is there anything left for these.
    ctr_quiet tasks delete --force "$name" || true
    ctr_quiet containers delete "$name" || true
}

EXEC_COUNT=0
# container_exec NAME COMMAND...
container_exec() {
    local name=$1
    shift
    EXEC_COUNT=$((EXEC_COUNT + 1))
    container_ctr tasks exec --exec-id "exec-$BASHPID-$EXEC_COUNT" "$name" "$@"
}

# The address that IPAM gave.
container_address() {
    jq -r '.result.ips[0].address | sub("/.*"; "")' \
        "$WORK/cache/results/$NETWORK-$NAMESPACE-$1-eth0"
}

# --- what a test says ------------------------------------------------------------------------

CHECKS_PASSED=0
CHECKS_FAILED=0
CHECK_LINES=()

# check TEXT COMMAND...: counts and remembers whether the command succeeds.
check() {
    local text=$1
    shift
    if "$@"; then
        CHECKS_PASSED=$((CHECKS_PASSED + 1))
        CHECK_LINES+=("  pass  $text")
    else
        CHECKS_FAILED=$((CHECKS_FAILED + 1))
        CHECK_LINES+=("  FAIL  $text")
        harness_say "  FAIL  $text"
    fi
}

equal() {
    [ "$1" = "$2" ] || {
        harness_say "        found: $1 (expected: $2)"
        return 1
    }
}

checks_summary() {
    printf '%s\n' "${CHECK_LINES[@]}"
    harness_say "  $CHECKS_PASSED passed, $CHECKS_FAILED failed"
    [ "$CHECKS_FAILED" -eq 0 ]
}
