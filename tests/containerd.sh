#!/bin/bash
# Real containers by containerd through the chain bridge + weir-cni: names, policy, counts, an agent
# that is killed, containers that end while there is none. Root; needs target/weir.
set -Eeuo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tests/machine.sh"
. "$ROOT/tests/harness.sh"
trap 'echo "containerd: failed in line $LINENO: $BASH_COMMAND" >&2' ERR

PORT=9
POLICIES=/apis/networking.k8s.io/v1/namespaces/default/networkpolicies

machine_require_root "$0"
harness_open e2e "$ROOT"

rest() { curl -sS --max-time 10 --unix-socket "$SOCKET" -X "$1" "${@:3}" "http://weir$2"; }
endpoints() { rest GET /v1/endpoints | jq -c "$1"; }
stats() { rest GET /v1/stats/containers | jq --arg pod "demo-$1" ".items[] | select(.pod == \$pod) | $2"; }
reaches() {
    container_exec "$1" timeout 2 wget -q -O /dev/null "http://$(container_address "$2")/" \
        >/dev/null 2>&1
}
pings() { container_exec "$1" ping -c 1 -W 1 "$(container_address "$2")" >/dev/null 2>&1; }
cannot_ping() { ! pings "$@"; }
cannot_reach() { ! reaches "$@"; }
cannot_start() { ! container_run "$1" "{\"app\": \"$1\"}" sleep 1000 2>/dev/null; }
pid_of() { container_ctr tasks list | awk -v name="$1" '$1 == name { print $2 }'; }

both_cannot_ping() { cannot_ping guest web && cannot_ping shop web; }

# put_policy NAME TO-LABEL FROM-LABEL: only FROM may ask TO, on 80.
put_policy() {
    rest PUT "$POLICIES/$1" -o "$WORK/put" -w '%{http_code}' -H 'Content-Type: application/json' \
        --data-binary "$(jq -n --arg name "$1" --arg to "$2" --arg from "$3" '{
            apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy",
            metadata: {name: $name, namespace: "default"},
            spec: {podSelector: {matchLabels: {app: $to}}, policyTypes: ["Ingress"], ingress: [
              {from: [{podSelector: {matchLabels: {app: $from}}}],
               ports: [{protocol: "TCP", port: 80}]}]}}')"
}

start() {
    agent_start --xdp off
    containerd_start
    rootfs_make "$WORK/rootfs"
    gcc -O2 -Wall -D_GNU_SOURCE -static -o "$WORK/rootfs/bin/flood" "$ROOT/tests/flood.c"
    echo hello >"$WORK/rootfs/www/index.html"
    local name
    for name in web shop guest; do
        container_run "$name" "{\"app\": \"$name\"}" httpd -f -p 80 -h /www
    done
}

endpoints_are_named() {
    local web
    web=$(endpoints '.items[] | select(.containerId == "demo-web")')
    check 'namespace, pod and labels' equal '["default","demo-web",{"app":"web"}]' \
        "$(jq -c '[.namespace, .pod, .labels]' <<<"$web")"
    check 'the address that IPAM gave' equal "$(container_address web)" \
        "$(jq -r '.ips[0]' <<<"$web")"
    check 'the network namespace of the container' equal \
        "$(stat -L -c %i "/proc/$(pid_of web)/ns/net")" "$(jq .netns <<<"$web")"
    check 'an interface that is there' test -e "/sys/class/net/$(jq -r .interface <<<"$web")"
    check 'both hooks' equal '["from-container","to-container"]' \
        "$(jq -c '[.hooks[] | select(.mode == "tcx" or .mode == "clsact") | .hook] | sort' <<<"$web")"
}

policy_is_enforced() {
    check 'without a policy guest reaches web' reaches guest web
    check 'the policy is taken' equal 200 "$(put_policy web-allow web shop)"
    check 'then shop reaches web' reaches shop web
    check 'and guest does not' cannot_reach guest web
    check 'nor does its ping, nor that of shop: the rule has a port' both_cannot_ping
    check 'its own node reaches web' \
        curl -sf --max-time 2 -o /dev/null "http://$(container_address web)/"
    check 'the denial is counted for web' test "$(stats web .ingress.denied.packets)" -gt 0
}

# found JQ: of what endpoint list --all says of the container web.
found() {
    "$WEIR" endpoint list --all --socket "$SOCKET" -o json |
        jq -c --argjson netns "$(stat -L -c %i "/proc/$(pid_of web)/ns/net")" \
            ".items[] | select(.netns == \$netns) | $1"
}

found_without_cni() {
    check 'whose a container is, attached' equal "[true,\"containerd\",$(pid_of web)]" \
        "$(found '[.managed, .runtime, .pids[0]]')"
    "$WEIR" endpoint detach --socket "$SOCKET" demo-web >/dev/null
    check 'and as its shim calls it when it is not' \
        equal "[false,\"containerd\",\"web\",\"$(container_address web)\"]" \
        "$(found '[.managed, .runtime, .containerId, .ips[0]]')"
    check 'detached, guest reaches it' reaches guest web
    "$WEIR" endpoint attach --socket "$SOCKET" web --container demo-web --label app=web >/dev/null
    check 'attached by its container id, guest does not' cannot_reach guest web
}

# flood_is_counted TEXT DURING: shop sends to guest, and each datagram is counted, none twice.
flood_is_counted() {
    local flood
    container_exec shop flood "$(container_address guest)" "$PORT" 3 >"$WORK/sent" &
    flood=$!
    "$2"
    wait "$flood"
    check "$1" wait_for 10 a_flow_has "$(cat "$WORK/sent")"
}

# Each flood has a source port of its own; what else the containers send is in other flows.
a_flow_has() {
    "$WEIR" flows --socket "$SOCKET" --port "$PORT" --direction egress -o json |
        jq -e --argjson sent "$1" '[.items[] | select(.source.pod == "demo-shop")]
            | group_by(.l4.sourcePort) | any((map(.packets) | add) == $sent)' >/dev/null
}

kill_agent() {
    sleep 1 # in the middle of the traffic
    agent_stop KILL
    check 'with the agent dead guest does not reach web' cannot_reach guest web
    agent_start --xdp off
}

containers_end_without_agent() {
    agent_stop
    container_stop guest
    check 'a container that ends without an agent leaves a note' equal 1 \
        "$(find -L "$SOCKET.deletes" -name '*.json' | wc -l)"
    check 'no container starts without an agent' cannot_start late
    container_stop late
    agent_start --xdp off
    check 'the next agent works the note off' equal '["demo-shop","demo-web"]' \
        "$(endpoints '[.items[].pod] | sort')"
    container_run guest '{"app": "shop"}' httpd -f -p 80 -h /www
    check 'the same container can come back, with other labels' reaches guest web
}

detach_all() {
    agent_stop
    agent_detach_all
    check 'after --detach-all no pin is left' equal '' "$(find "$WORK/bpffs" -type f ! -name '*.debug')"
    check 'and what the policy denied passes' pings shop web
}

end() {
    agent_start --xdp off
    check 'the policy survived' equal '["web-allow"]' \
        "$(rest GET "$POLICIES" | jq -c '[.items[].metadata.name]')"
    local name
    for name in web shop guest; do
        container_stop "$name"
    done
    check 'no container, no endpoint' equal 0 "$(endpoints '.items | length')"
}

start
endpoints_are_named
policy_is_enforced
found_without_cni
flood_is_counted 'every datagram is counted, none twice' true
flood_is_counted 'also when the agent is killed meanwhile' kill_agent
containers_end_without_agent
detach_all
end
checks_summary
