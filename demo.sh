#!/bin/bash
# Shows Weir at work on real containers: who may reach whom before and after a policy, what was
# counted, a denied flood and the XDP shield. Debian 12, root.
#
#   ./demo.sh          installs what is missing, builds, shows, clears up. Exit 0: all of it held.
#   ./demo.sh --keep   leaves agent and containers running, and says how to stop them
set -Eeuo pipefail
ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ROOT/tests/machine.sh"
. "$ROOT/tests/harness.sh"

FLOOD_SECONDS=6
FLOOD_PORT=9
SHIELD_THRESHOLD=20000 # denied packets a second and CPU; the default is 600,000
DOWNLOAD_MIB=256
KEEP=

usage() {
    echo "usage: $0 [--keep]" >&2
    exit 2
}

case ${1:-} in
'') ;;
--keep) KEEP=yes ;;
-h | --help)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*) usage ;;
esac
[ $# -le 1 ] || usage

# Where nothing else has said what went wrong.
trap 'echo "demo: failed in step $STEP, line $LINENO: $BASH_COMMAND" >&2' ERR

STEP=0
step() {
    STEP=$((STEP + 1))
    printf '\n\033[1m%d. %s\033[0m\n' "$STEP" "$1"
    shift
    [ $# -eq 0 ] || printf '   %s\n' "$@"
}

# Shows the command, then runs it.
show() {
    printf '\n   $ %s\n' "$(sed "s|$WEIR|weir|; s|--socket $SOCKET ||; s|$WORK|\$WORK|g" <<<"$*")"
    "$@" | sed 's/^/   /'
}

weir() { show "$WEIR" "$@"; }

ask() { "$WEIR" "$@" --socket "$SOCKET" -o json; }

# rest METHOD PATH [BODY]: the HTTP exchange as it goes over the socket.
rest() {
    printf '\n   > %s %s\n' "$1" "$2"
    [ -z "${3:-}" ] || sed 's/^/   > /' <<<"$3"
    curl -sS -i --max-time 10 --unix-socket "$SOCKET" -X "$1" \
        ${3:+-H 'Content-Type: application/yaml' --data-binary "$3"} "http://weir$2" |
        tr -d '\r' | cut -c 1-160 | sed 's/^/   < /'
    echo
}

# --- who reaches whom ------------------------------------------------------------------------

# reaches FROM TO: one HTTP request.
reaches() {
    container_exec "$1" timeout 2 wget -q -O /dev/null "http://$(container_address "$2")/" \
        >/dev/null 2>&1
}

cannot_reach() { ! reaches "$@"; }

table_of_reach() {
    local from to
    printf '\n   %-8s' ''
    for to in web shop guest; do printf '%-10s' "$to"; done
    echo
    for from in web shop guest; do
        printf '   %-8s' "$from"
        for to in web shop guest; do
            if [ "$from" = "$to" ]; then
                printf '%-10s' '-'
            elif reaches "$from" "$to"; then
                printf '%-10s' 'yes'
            else
                printf '%-10s' 'no'
            fi
        done
        echo
    done
}

web_policy() {
    cat <<'EOF'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-allow, namespace: default}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: shop}}}]
      ports: [{protocol: TCP, port: 80}]
EOF
}

guest_policy() {
    cat <<'EOF'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guest-egress, namespace: default}
spec:
  podSelector: {matchLabels: {app: guest}}
  policyTypes: [Egress]
  egress:
    - to: [{podSelector: {matchLabels: {app: shop}}}]
      ports: [{protocol: TCP, port: 80}]
EOF
}

POLICIES=/apis/networking.k8s.io/v1/namespaces/default/networkpolicies

# --- what was counted ------------------------------------------------------------------------

flows_name_the_rule() {
    ask flows --last 100 --verdict allowed --port 80 |
        jq -e 'any(.items[]; any(.policy[]?; .name == "web-allow" and .rule == "ingress[0]")
            and .source.labels.app == "shop" and .destination.labels.app == "web")' >/dev/null
}

flows_show_the_denied() {
    ask flows --last 100 --verdict denied --port 80 |
        jq -e 'any(.items[]; .source.labels.app == "guest" and .destination.labels.app == "web")' \
            >/dev/null
}

policy_test_denies() {
    local status=0
    "$WEIR" policy test --socket "$SOCKET" --from default/demo-guest --to default/demo-web \
        --port 80/TCP >"$WORK/policy-test" || status=$?
    [ "$status" -eq 3 ] && grep -q web-allow "$WORK/policy-test"
}

policy_test_allows() {
    "$WEIR" policy test --socket "$SOCKET" --from default/demo-shop --to default/demo-web \
        --port 80/TCP >"$WORK/policy-test" && grep -q 'web-allow.*ingress\[0\]' "$WORK/policy-test"
}

# MiB a second that shop gets from web, over a few downloads.
throughput() {
    local address start end
    address=$(container_address web)
    start=$(date +%s%N)
    container_exec shop sh -c "for i in 1 2 3 4; do wget -q -O /dev/null http://$address/big; done" ||
        return 1
    end=$(date +%s%N)
    echo $((4 * DOWNLOAD_MIB * 1000000000 / (end - start)))
}

shield_is() {
    local on
    on=$(ask endpoint list | jq '.items[] | select(.pod == "demo-guest") | .shield.on')
    case $1 in
    up) [ "$on" = true ] ;;
    down) [ "$on" = false ] ;;
    esac
}

shield_says() {
    ask endpoint list | jq -r '.items[] | "   \(.pod): \(if .shield.on then "up" else "down" end), \(.shield.why)"'
}

# --- the show --------------------------------------------------------------------------------

prepare() {
    machine_require_root "$0"
    step 'What this machine lacks is installed by apt-get, and Weir is built if it is not.'
    machine_install "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}"
    machine_build "$ROOT"
    harness_open demo "$ROOT"
    echo "   everything of this demonstration is in $WORK and gone afterwards"
}

start_agent() {
    step 'The agent: loads its programs into the kernel and serves REST on a Unix socket.' \
        "Its XDP shield goes up at $SHIELD_THRESHOLD denied packets a second here (default 600,000)."
    agent_start --xdp auto --xdp-threshold "$SHIELD_THRESHOLD" --xdp-calm 2s
    weir version --socket "$SOCKET"
}

start_containers() {
    step 'Three containers, started by containerd through the CNI chain bridge + weir-cni.' \
        'web serves HTTP; shop and guest are clients that serve HTTP too.'
    containerd_start
    rootfs_make "$WORK/rootfs"
    gcc -O2 -Wall -D_GNU_SOURCE -static -o "$WORK/rootfs/bin/flood" "$ROOT/tests/flood.c"
    echo hello >"$WORK/rootfs/www/index.html"
    truncate -s "${DOWNLOAD_MIB}M" "$WORK/rootfs/www/big"
    local name
    for name in web shop guest; do
        container_run "$name" "{\"app\": \"$name\"}" httpd -f -p 80 -h /www
    done
    echo
    jq -c .plugins "$WORK/net.d/web/10-weir.conflist" | fold -w 100 | sed 's/^/   /'
    weir endpoint list --socket "$SOCKET"
    check 'three containers are endpoints with their labels' equal 'guest shop web' \
        "$(ask endpoint list | jq -r '[.items[].labels.app] | sort | join(" ")')"
}

show_policy() {
    step 'Without a policy everybody reaches everybody (row: who asks, column: who is asked).'
    table_of_reach
    check 'before the policy guest reaches web' reaches guest web

    step 'A Kubernetes NetworkPolicy is PUT over REST: only shop may ask web, on port 80.' \
        'The answer comes when the kernel enforces it.'
    rest PUT "$POLICIES/web-allow" "$(web_policy)"
    table_of_reach
    check 'after it shop still reaches web' reaches shop web
    check 'after it guest does not reach web' cannot_reach guest web
    check 'guest still reaches shop, which no policy selects' reaches guest shop
}

show_explanation() {
    step 'Why? "weir policy test" asks the same compiled state that the kernel holds,' \
        'and names the policy and the rule. Exit code 0 allowed, 3 denied.'
    check 'policy test denies guest -> web' policy_test_denies
    sed 's/^/   /' "$WORK/policy-test"
    check 'policy test allows shop -> web by web-allow ingress[0]' policy_test_allows
    sed 's/^/   /' "$WORK/policy-test"
}

show_flows() {
    step 'Every flow was recorded, with names, verdict and rule; every packet was counted.'
    check 'a flow record names the rule that let shop in' wait_for 5 flows_name_the_rule
    check 'a flow record shows guest being denied' wait_for 5 flows_show_the_denied
    weir flows --socket "$SOCKET" --last 8
    weir stats --socket "$SOCKET"
}

show_flood() {
    local before during counted sent flood
    step 'guest may now only ask shop, and floods web with UDP: every packet is denied.' \
        "Meanwhile shop downloads from web, $DOWNLOAD_MIB MiB at a time."
    rest PUT "$POLICIES/guest-egress" "$(guest_policy)"
    check 'the shield is down before the flood' shield_is down
    throughput >/dev/null # the first one also pays for warming up
    before=$(throughput)
    container_exec guest flood "$(container_address web)" "$FLOOD_PORT" "$FLOOD_SECONDS" \
        >"$WORK/sent" &
    flood=$!
    check 'the XDP shield goes up in front of guest' wait_for "$FLOOD_SECONDS" shield_is up
    printf '\n   the shields, as "weir endpoint list -o json" has them:\n'
    shield_says
    during=$(throughput) || during=0
    wait "$flood"
    sent=$(cat "$WORK/sent")
    wait_for 5 denied_reaches "$sent" || true
    counted=$(denied_datagrams)
    printf '\n   shop <- web alone %s MiB/s, during the flood %s MiB/s\n' "$before" "$during"
    printf '   guest sent %s datagrams in %s s; Weir denied and counted %s\n' \
        "$sent" "$FLOOD_SECONDS" "$counted"
    check 'shop went on downloading during the flood' [ "$during" -gt 0 ]
    check 'every datagram of the flood was denied and counted' equal "$counted" "$sent"

    step 'The flood is over: the shield comes down by itself.'
    check 'the XDP shield came down' wait_for 20 shield_is down
    shield_says
    weir stats --socket "$SOCKET"
}

# Packets of the flow records of the flood.
denied_datagrams() {
    ask flows --port "$FLOOD_PORT" --protocol UDP --verdict denied --direction egress |
        jq '[.items[] | select(.source.pod == "demo-guest") | .packets] | add // 0'
}

denied_reaches() { [ "$(denied_datagrams)" -ge "$1" ]; }

keep() {
    [ -n "$KEEP" ] || return 0
    harness_keep
    cat <<EOF

Left running. Look around, with WEIR_SOCKET=$SOCKET:
   $WEIR endpoint list
   $WEIR flows -f
   ctr -a $WORK/containerd.sock -n $NAMESPACE tasks exec --exec-id me shop wget -O - http://$(container_address web)/
Stop it, and take everything away:
   $WORK/stop
EOF
}

prepare
start_agent
start_containers
show_policy
show_explanation
show_flows
show_flood
step 'What this proved:'
checks_summary && keep
