#!/bin/bash
# What the agent exports, read back by the programs it is for: Prometheus, nfdump, jq; and the alert
# rules and the dashboard of deploy/ against the figures that there are.
# Root; needs target/weir and Debian's prometheus and nfdump. --show prints what docs/exports.md shows.
set -Eeuo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tests/machine.sh"
. "$ROOT/tests/harness.sh"
trap 'echo "exports: failed in line $LINENO: $BASH_COMMAND" >&2' ERR

machine_require_root "$0"
harness_open exports "$ROOT"
SHOW=${1:-}
HELD=() # processes of ours
API_PORT=$((21000 + $$ % 9000))
FLOW_PORT=$((API_PORT + 9000))
PROMETHEUS_PORT=$((FLOW_PORT + 9000))
FLOWS=$WORK/flows.jsonl

harness_before_close() {
    local pid name
    for pid in "${HELD[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    for name in web client; do
        ip netns delete "$CGROUP-$name" 2>/dev/null
    done
}

fail() {
    echo "exports: $*" >&2
    exit 1
}

container() { # container NAME ADDRESS: a namespace on the bridge, attached
    ip netns add "$CGROUP-$1"
    ip link add "v$1$$" type veth peer name eth0 netns "$CGROUP-$1"
    ip link set "v$1$$" master "$BRIDGE" up
    ip -n "$CGROUP-$1" addr add "$2/24" dev eth0
    ip -n "$CGROUP-$1" link set eth0 up
    "$WEIR" endpoint attach --socket "$SOCKET" --netns "/run/netns/$CGROUP-$1" \
        --pod "$1" --label "app=$1" >/dev/null
}

api() { curl -sf --max-time 10 --unix-socket "$SOCKET" "http://weir$1"; }
query() { curl -sf --max-time 5 -G "http://127.0.0.1:$PROMETHEUS_PORT/api/v1/query" --data-urlencode "query=$1"; }
value() { query "$1" | jq -r '[.data.result[].value[1] | tonumber] | add // empty'; }
reports() { jq -s "$@" "$FLOWS"; }

# --- an agent with exports, a collector, two containers, traffic -------------------------------

mkdir "$WORK/nfcapd" "$WORK/prometheus" "$WORK/www"
nfcapd -4 -b 127.0.0.1 -p "$FLOW_PORT" -w "$WORK/nfcapd" -I weir -t 3600 >"$WORK/log/nfcapd" 2>&1 &
COLLECTOR=$!
HELD+=("$COLLECTOR")
agent_start --listen "127.0.0.1:$API_PORT" --metrics-level container --costs-programs true \
    --export-interval 1s --flows-report 1s --export-jsonl-file "$FLOWS" \
    --export-ipfix-collector "127.0.0.1:$FLOW_PORT" --export-ipfix-enterprise 32473 \
    --timeouts-tcp-closing 1s
ip link add "$BRIDGE" type bridge
ip link set "$BRIDGE" up
container web "$SUBNET.2"
container client "$SUBNET.3"
head -c 4000000 /dev/zero >"$WORK/www/file"
ip netns exec "$CGROUP-web" busybox httpd -f -p 80 -h "$WORK/www" &
HELD+=($!)
wait_for 30 ip netns exec "$CGROUP-client" busybox wget -q -O "$WORK/got" "http://$SUBNET.2/file" 2>/dev/null ||
    fail 'the container cannot be reached'
"$WEIR" policy apply --socket "$SOCKET" -f - >/dev/null <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: default }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [ { from: [ { podSelector: { matchLabels: { app: client } } } ], ports: [ { port: 80 } ] } ]
YAML
ip netns exec "$CGROUP-client" busybox wget -q -O "$WORK/got" "http://$SUBNET.2/file"
ip netns exec "$CGROUP-client" timeout 2 busybox nc "$SUBNET.2" 81 </dev/null 2>/dev/null || true

# --- Prometheus ----------------------------------------------------------------------------------

api /metrics >"$WORK/metrics"
promtool check metrics <"$WORK/metrics" || fail 'promtool complains about /metrics'
curl -sf --max-time 10 -H 'Accept: application/openmetrics-text;version=1.0.0' \
    "http://127.0.0.1:$API_PORT/metrics" | tail -n 1 | grep -qx '# EOF' || fail 'no OpenMetrics'
(cd "$ROOT/deploy/prometheus" && promtool check rules weir-alerts.yaml >/dev/null &&
    promtool test rules weir-alerts-test.yaml >/dev/null && promtool check config prometheus.yaml >/dev/null) ||
    fail 'promtool complains about deploy/prometheus'
sed "s/127.0.0.1:9443/127.0.0.1:$API_PORT/; s/15s/1s/" "$ROOT/deploy/prometheus/prometheus.yaml" \
    >"$WORK/prometheus/prometheus.yaml"
cp "$ROOT/deploy/prometheus/weir-alerts.yaml" "$WORK/prometheus/"
prometheus --config.file="$WORK/prometheus/prometheus.yaml" --storage.tsdb.path="$WORK/prometheus/data" \
    --web.listen-address="127.0.0.1:$PROMETHEUS_PORT" --log.level=warn >"$WORK/log/prometheus" 2>&1 &
HELD+=($!)
scraped() { [ -n "$(value 'weir_drop_packets_total{workload="web", reason="no-rule"} > 0')" ]; }
wait_for 60 scraped || fail "Prometheus has no drops: $(tail -n 3 "$WORK/log/prometheus")"
[ "$(value 'up{job="weir"}')" = 1 ] || fail 'Prometheus says the agent is down'
bytes=$(value 'weir_flow_bytes_total{workload="web", direction="egress", verdict="allowed"}')
[ "${bytes%.*}" -gt 8000000 ] || fail "Prometheus saw $bytes bytes from web (expected: two files of 4 MB)"
# Every family that the dashboard asks for is there.
for name in $(grep -o 'weir_[a-z_]*' "$ROOT/deploy/grafana/weir.json" | sort -u); do
    grep -q "^$name" "$WORK/metrics" || fail "deploy/grafana/weir.json asks for $name: not in /metrics"
done

# --- what went out adds up -----------------------------------------------------------------------

# Each connection is seen by both containers; all reports of one container are its traffic, but for
# ARP and neighbour discovery, which are counted and are no flow.
settled() {
    local told counted
    counted=$(api /v1/stats/containers | jq '[.items[] | .ingress, .egress |
        .byReason | del(.neighbour, .["non-ip"]) | .[].packets] | add')
    told=$(reports 'map(select(.delta).delta | .packets + .replyPackets) | add')
    echo "$told of $counted packets" >"$WORK/settled"
    [ "$counted" = "$told" ]
}
wait_for 30 settled || fail "reports do not add up to the containers' totals: $(cat "$WORK/settled")
    $(api /v1/stats/containers | jq -c '.items[] | [.ingress, .egress | .byReason]')
    $(reports -c 'map({e: .endpoint, d: .direction, r: .reason, p: .delta.packets, q: .replyPackets, end: .flowEnd})')"
status=$("$WEIR" status --socket "$SOCKET" -o json)
jq -e '.lost.exportReports == 0 and ([.exports.sinks[].state] | unique == ["sending"])' <<<"$status" >/dev/null ||
    fail "exports: $(jq -c .exports <<<"$status")"
costs=$(api '/v1/costs?seconds=1')
jq -e '.programs | length > 0' <<<"$costs" >/dev/null || fail "costs: $costs"
idle=$(jq .process.residentBytes <<<"$status")
if [ "$SHOW" = --show ]; then
    echo "--- weir status, resident $idle"; jq '{exports, budget}' <<<"$status"
    echo '--- jsonl'; grep -m 1 '"flowEnd":"end-of-flow"' "$FLOWS"
    echo '--- metrics'; grep -E 'weir_(flow_bytes|drop_packets|tcp_connect|bpf|agent|export|lost|metrics|budget)' "$WORK/metrics" | grep -v '^#'
    echo '--- costs'; jq . <<<"$costs"
    ps -L -o comm= -p "$AGENT_PID" | sort | uniq -c
fi
agent_stop
reports -e 'all(.[]; .node == "demo" and (.lost | not))' >/dev/null || fail 'lines of JSON'

# --- nfdump reads the same -------------------------------------------------------------------------

kill "$COLLECTOR"
wait "$COLLECTOR" || true
nfdump -R "$WORK/nfcapd" -o json >"$WORK/nfdump.json" 2>/dev/null
[ "$SHOW" != --show ] || { echo '--- nfdump'; nfdump -R "$WORK/nfcapd" -O tstart -o biline 2>/dev/null | head -n 6; jq '.[0]' "$WORK/nfdump.json"; }
sent=$(reports -c '[length, (map(.delta.bytes) | add), (map(.delta.replyBytes) | add)]')
read=$(jq -c '[length, (map(.in_bytes) | add), (map(.out_bytes // 0) | add)]' "$WORK/nfdump.json")
[ "$sent" = "$read" ] || fail "nfdump has [records, bytes, reply bytes] $read (expected: $sent, as in the file)"
echo "exports: Prometheus, nfdump and the file agree: $sent"
