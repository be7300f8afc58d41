#!/bin/bash
# The plugin behind the reference plugins bridge and ptp, executed as libcni does, with an agent.
# Root; needs target/weir and Debian's containernetworking-plugins.
set -Eeuo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tests/machine.sh"
. "$ROOT/tests/harness.sh"
trap 'echo "chain: failed in line $LINENO: $BASH_COMMAND" >&2' ERR

machine_require_root "$0"
harness_open chain "$ROOT"
NAMESPACES=()
CHAIN_ARGS=

# --- a runtime -------------------------------------------------------------------------------

# netns_make NAME: a namespace of our own, gone with harness_close.
netns_make() {
    ip netns add "$CGROUP-$1"
    NAMESPACES+=("$CGROUP-$1")
}

netns_path() { echo "/run/netns/$CGROUP-$1"; }

# Called by harness_close before anything else.
harness_before_close() {
    local name
    for name in "${NAMESPACES[@]}"; do
        ip netns delete "$name" 2>/dev/null
    done
}

# conflist MAIN VERSION: bridge or ptp, then weir-cni.
conflist() {
    jq -n --arg main "$1" --arg version "$2" --arg bridge "$BRIDGE" --arg data "$WORK/ipam" \
        --arg subnet "$SUBNET.0/24" --arg socket "$SOCKET" '{
            cniVersion: $version, name: "weirchain", plugins: [
              {type: $main, ipam: {type: "host-local", dataDir: $data, ranges: [[{subnet: $subnet}]]}}
                + (if $main == "bridge" then {bridge: $bridge, isGateway: true} else {} end),
              {type: "weir-cni", socket: $socket, labels: {team: "shop"},
               args: {cni: {labels: [{key: "app", value: "web"}],
                            ports: [{name: "http", port: 80, protocol: "TCP"}]}},
               foreign: {"kept": [1, 2.50]}}]}'
}

# plugin VERB CONFLIST INDEX PREV NAME: one plugin, as libcni executes it. PREV may be empty.
plugin() {
    local config type
    config=$(jq -c --argjson index "$3" --argjson prev "${4:-null}" '
        {name, cniVersion} + .plugins[$index] + (if $prev then {prevResult: $prev} else {} end)' \
        <<<"$2")
    type=$(jq -r .type <<<"$config")
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin CNI_COMMAND="$1" CNI_CONTAINERID="chain-$5" \
        CNI_NETNS="${NETNS-$(netns_path "$5")}" CNI_IFNAME=eth0 CNI_ARGS="$CHAIN_ARGS" \
        CNI_PATH=/usr/lib/cni "$(plugin_path "$type")" <<<"$config"
}

plugin_path() {
    case $1 in
    weir-cni) echo "$ROOT/target/weir/bin/weir-cni" ;;
    *) echo "/usr/lib/cni/$1" ;;
    esac
}

# chain_add CONFLIST NAME: leaves the results in $WORK/NAME.main and NAME.result.
chain_add() {
    plugin ADD "$1" 0 '' "$2" >"$WORK/$2.main"
    plugin ADD "$1" 1 "$(cat "$WORK/$2.main")" "$2" >"$WORK/$2.result"
}

chain_check() {
    plugin CHECK "$1" 0 "$(cat "$WORK/$2.result")" "$2" &&
        plugin CHECK "$1" 1 "$(cat "$WORK/$2.result")" "$2"
}

chain_delete() {
    plugin DEL "$1" 1 "$(cat "$WORK/$2.result")" "$2" &&
        plugin DEL "$1" 0 "$(cat "$WORK/$2.result")" "$2"
}

address() { jq -r '.ips[0].address | sub("/.*"; "")' "$WORK/$1.result"; }
endpoint() { rest "/v1/endpoints" | jq -c --arg id "chain-$1" '.items[] | select(.containerId == $id)'; }
rest() { curl -sS --max-time 10 --unix-socket "$SOCKET" "http://weir$1"; }
no_endpoint() { [ -z "$(endpoint "$1")" ]; }
pings() { ip netns exec "$CGROUP-$1" /bin/busybox ping -c 1 -W 1 "$(address "$2")" >/dev/null; }
cannot_ping() { ! pings "$@"; }
silent() { [ -z "$("$@")" ]; }

# error_code COMMAND...: the code of the CNI error that it prints.
error_code() { { "$@" || true; } | jq -r '.code // "none"'; }

# --- the tests -------------------------------------------------------------------------------

versions() {
    local version main list name check=check
    for main in bridge ptp; do
        for version in 0.3.1 0.4.0 1.0.0; do
            name=$main-$version
            list=$(conflist "$main" "$version")
            netns_make "$name"
            CHAIN_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=$name"
            check "$main $version: ADD" chain_add "$list" "$name"
            check "$main $version: the result is the previous one" equal \
                "$(jq -cS . "$WORK/$name.main")" "$(jq -cS . "$WORK/$name.result")"
            check "$main $version: pod and labels" equal \
                "[\"shop\",\"$name\",{\"app\":\"web\",\"team\":\"shop\"},\"$(address "$name")\"]" \
                "$(endpoint "$name" | jq -c '[.namespace, .pod, .labels, .ips[0]]')"
            [ "$version" = 0.3.1 ] ||
                check "$main $version: CHECK says nothing" silent chain_check "$list" "$name"
            check "$main $version: DEL says nothing" silent chain_delete "$list" "$name"
            check "$main $version: the endpoint is gone" no_endpoint "$name"
            check "$main $version: DEL again" chain_delete "$list" "$name"
        done
    done
    CHAIN_ARGS=
}

newest_version() {
    local list new
    list=$(conflist bridge 1.0.0)
    new=$(jq '.cniVersion = "1.1.0"' <<<"$list")
    netns_make kept
    netns_make stale
    chain_add "$list" kept
    chain_add "$list" stale
    check '1.1.0: STATUS' silent plugin STATUS "$new" 1 '' kept
    check '1.1.0: GC' silent plugin GC "$(jq '.plugins[1] += {"cni.dev/valid-attachments":
        [{containerID: "chain-kept", ifname: "eth0"}]}' <<<"$new")" 1 '' kept
    check '1.1.0: GC took the stale one' no_endpoint stale
    check '1.1.0: GC left the valid one' test -n "$(endpoint kept)"
    check '1.1.0: CHECK of the valid one' silent plugin CHECK "$new" 1 \
        "$(jq '.cniVersion = "1.1.0"' "$WORK/kept.result")" kept
    check '1.1.0: CHECK of the stale one is error 3' equal 3 \
        "$(error_code plugin CHECK "$new" 1 "$(cat "$WORK/stale.result")" stale)"
    chain_delete "$list" kept
    chain_delete "$list" stale
}

bad_input() {
    local list result
    list=$(conflist bridge 1.0.0)
    netns_make bad
    plugin ADD "$list" 0 '' bad >"$WORK/bad.main"
    result=$(cat "$WORK/bad.main")
    cp "$WORK/bad.main" "$WORK/bad.result"
    check 'ADD without prevResult is error 7' equal 7 "$(error_code plugin ADD "$list" 1 '' bad)"
    check 'ADD with a netns that is gone is an error' test \
        "$(NETNS=/run/netns/$CGROUP-none error_code plugin ADD "$list" 1 "$result" bad)" != none
    netns_make dummy
    ip -n "$CGROUP-dummy" link add eth0 type bridge
    check 'ADD of an interface that is no veth is an error' test \
        "$(error_code plugin ADD "$list" 1 "$result" dummy)" != none
    check 'and attaches nothing' no_endpoint dummy
    check 'wrong labels are error 7' equal 7 "$(error_code plugin ADD \
        "$(jq '.plugins[1].labels = {"a b": "c"}' <<<"$list")" 1 "$result" bad)"
    check 'wrong ports are error 7' equal 7 "$(error_code plugin ADD \
        "$(jq '.plugins[1].args.cni.ports = [{name: "x", port: 70000}]' <<<"$list")" 1 "$result" bad)"
    check 'nothing was attached by all that' no_endpoint bad
    chain_delete "$list" bad
}

# Two containers; what was enforced and what was deleted while no agent ran.
agent_away() {
    local list
    list=$(conflist bridge 1.0.0)
    netns_make one
    netns_make two
    netns_make three
    chain_add "$list" one
    chain_add "$list" two
    check 'without a policy one pings two' pings one two
    curl -sS --max-time 10 --unix-socket "$SOCKET" -X PUT --data-binary '{"apiVersion":
        "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "none",
        "namespace": "default"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}' \
        -H 'Content-Type: application/json' >/dev/null \
        http://weir/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/none
    check 'with the policy it does not' cannot_ping one two

    agent_stop KILL
    check 'nor while the agent is dead' cannot_ping one two
    check 'ADD is error 11 then' equal 11 "$(chain_add "$list" three || jq -r .code "$WORK/three.result")"
    check 'CHECK is error 11 then' equal 11 \
        "$(error_code plugin CHECK "$list" 1 "$(cat "$WORK/one.result")" one)"
    check 'STATUS is error 50 then' equal 50 \
        "$(error_code plugin STATUS "$(jq '.cniVersion = "1.1.0"' <<<"$list")" 1 '' one)"
    check 'DEL succeeds then' silent plugin DEL "$list" 1 "$(cat "$WORK/two.result")" two
    check 'and leaves a note' equal 1 "$(find -L "$SOCKET.deletes" -name '*.json' | wc -l)"

    agent_start
    check 'the next agent works the note off' wait_for 10 no_endpoint two
    check 'and keeps what was not deleted' test -n "$(endpoint one)"
    check 'CHECK is content with it' silent plugin CHECK "$list" 1 "$(cat "$WORK/one.result")" one
    check 'the note is gone' equal 0 "$(find -L "$SOCKET.deletes" -name '*.json' | wc -l)"
    chain_delete "$list" one
    chain_delete "$list" two
    plugin DEL "$list" 0 '' three
}

agent_start
versions
newest_version
bad_input
agent_away
checks_summary
