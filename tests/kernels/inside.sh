#!/bin/sh
# Runs inside the kernel under test, under busybox; run.sh made the machine it finds. One line a
# check; exit 0: all of them passed.
#
# Two containers on a bridge, client and web, each a network namespace. web has two ports: the
# policy allows the client one of them.

export WEIR_JAVA_OPTS=-XX:TieredStopAtLevel=1 # emulated: what C2 costs never comes back
SOCKET=/run/weir/weir.sock
FAILED=0
AGENT=

# This shell would take busybox's own.
ip() { /usr/bin/ip "$@"; }
tc() { /usr/bin/tc "$@"; }

# --- checks ----------------------------------------------------------------------------------

check() {
    text=$1
    shift
    if "$@"; then
        echo "  pass  $text"
    else
        echo "  FAIL  $text"
        FAILED=$((FAILED + 1))
    fi
}

equal() {
    [ "$1" = "$2" ] || {
        echo "        found: $2 (expected: $1)"
        return 1
    }
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    deadline=$(($(uptime_seconds) + $1))
    shift
    until "$@"; do
        [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

uptime_seconds() { cut -d . -f 1 /proc/uptime; }

rest() { curl -sS --max-time 20 --unix-socket "$SOCKET" "http://weir$1"; }
status() { rest /v1/status | jq -r "$1"; }
endpoints() { rest /v1/endpoints | jq -c "$1"; }
web_stats() { rest /v1/stats/containers | jq ".items[] | select(.pod == \"web\") | $1"; }

# --- the machine -----------------------------------------------------------------------------

# container NAME ADDRESS
container() {
    ip netns add "$1"
    ip link add "veth-$1" type veth peer name eth0 netns "$1"
    ip link set "veth-$1" master bridge0 up
    ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip -n "$1" link set lo up
    ip -n "$1" link set eth0 up
    ip -n "$1" addr add "$2/24" dev eth0
}

network() {
    sysctl -qw net.ipv6.conf.default.disable_ipv6=1
    ip link set lo up
    ip link add bridge0 type bridge
    ip addr add 10.9.0.1/24 dev bridge0
    ip link set bridge0 up
    container client 10.9.0.2
    container web 10.9.0.3
    echo hello >/tmp/index.html
    foreign_filter
}

# Of somebody else, and there when we are gone.
foreign_filter() {
    tc qdisc add dev veth-web clsact 2>/dev/null # unless it is there
    tc filter add dev veth-web egress protocol all prio 99 matchall action pass
}

# reaches PORT: the client, within the time of one more SYN.
reaches() { ip netns exec client timeout 3 wget -q -O /dev/null "http://10.9.0.3:$1/" 2>/dev/null; }
cannot_reach() { ! reaches "$1"; }
node_reaches() { timeout 3 wget -q -O /dev/null "http://10.9.0.3:$1/" 2>/dev/null; }

# Packets that came into web: the kernel's own count.
web_received() { ip netns exec web cat /sys/class/net/eth0/statistics/rx_packets; }

# Both counts, with no packet between the readings.
steady() {
    received=$(web_received)
    let=$(web_stats .ingress.allowed.packets)
    [ "$received" = "$(web_received)" ] || steady
}

# --- the agent -------------------------------------------------------------------------------

agent_start() {
    weir agent "$@" >>/tmp/agent.log 2>&1 &
    AGENT=$!
    wait_for 90 agent_ready_or_gone && agent_ready
}

agent_ready() { curl -sf --max-time 5 --unix-socket "$SOCKET" http://weir/readyz >/dev/null 2>&1; }
agent_ready_or_gone() { agent_ready || ! kill -0 "$AGENT" 2>/dev/null; }

agent_stop() {
    kill -TERM "$AGENT"
    wait "$AGENT"
    [ $? -eq 143 ] # how a JVM ends that was asked to by SIGTERM
}

# tcx is from 6.6 on.
expected_attach() {
    uname -r | awk -F . '{ print (($1 > 6 || $1 == 6 && $2 >= 6) ? "tcx" : "clsact") }'
}

apply_policy() {
    weir policy apply -f - <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: default }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [ { from: [ { podSelector: { matchLabels: { app: client } } } ], ports: [ { port: 80 } ] } ]
YAML
}

# --- the steps -------------------------------------------------------------------------------

starts() {
    check 'the agent starts: the verifier took every program' agent_start
    # After it: whose sockets were bound before, nobody knows.
    ip netns exec web httpd -p 80 -h /tmp
    ip netns exec web httpd -p 81 -h /tmp
    weir status >/tmp/status
    sed -n 's/^\(kernel\|hooks\):/        &/p; /^FEATURE/,/^$/s/^/        /p' /tmp/status
    check "TC is attached by $(expected_attach)" equal "$(expected_attach)" "$(status .hooks.attach)"
    if [ "$(expected_attach)" = clsact ]; then
        check 'and status says why not by tcx' \
            grep -q '^tcx  *no .*expected: kernel 6.6 or later' /tmp/status
    fi
}

attaches() {
    check 'before, all is reached' reaches 81
    check 'endpoint attach: client' weir endpoint attach --netns /run/netns/client --pod client \
        --container client --label app=client
    check 'endpoint attach: web' weir endpoint attach --netns /run/netns/web --pod web \
        --container web --label app=web
    check 'both have both hooks' equal '["from-container","to-container"]' \
        "$(endpoints '[.items[].hooks[] | select(.mode != "") | .hook] | unique')"
    steady
    base_received=$received base_let=$let
    check 'without a policy all is reached' reaches 81
}

enforces() {
    check 'the policy is taken' apply_policy
    check 'what it allows is reached' reaches 80
    check 'what it does not is not' cannot_reach 81
    check 'the node reaches its container' node_reaches 81
    check 'policy test: denied, exit 3' equal 3 "$(policy_test 81)"
    check 'policy test: allowed, exit 0' equal 0 "$(policy_test 80)"
}

policy_test() {
    weir policy test --from default/client --to default/web --port "$1/TCP" >/dev/null
    echo $?
}

counts() {
    check 'the allowed flow is shown' wait_for 5 flow_is_shown allowed 80
    check 'the denied one too, with its reason' wait_for 5 flow_is_shown denied 81
    check 'processes are looked up' equal on "$(status .processes.state)"
    check 'who asked and who answered is shown' wait_for 5 processes_are_shown
    check 'stats: web has denied packets' test "$(web_stats .ingress.denied.packets)" -gt 0
    steady
    check 'stats: what web was let have is what its interface received' \
        equal $((received - base_received)) $((let - base_let))
    weir flows --pod web --direction ingress -o compact | tail -n 4 | sed 's/^/        /'
}

flow_is_shown() {
    [ "$(rest "/v1/flows?verdict=$1&port=$2&direction=ingress" |
        jq '.items | any(.destination.pod == "web" and .source.pod == "client" and .reason != "")')" = true ]
}

processes_are_shown() {
    [ "$(rest '/v1/flows?verdict=allowed&port=80&direction=ingress&process=wget' |
        jq '.items | any(.source.process.via == "connect" and .destination.process.comm == "httpd")')" = true ]
}

# Where the kernel counts them, frames go past the bridge, once nobody else is at the veth.
redirects() {
    check 'a filter of others keeps frames on the bridge' wait_for 10 redirect_says \
        'redirect-counted|somebody else|own reason'
    tc filter del dev veth-web egress protocol all prio 99
    if [ "$(status '.features[] | select(.name == "redirect-counted") | .available')" = true ]; then
        check 'without it they go past it' wait_for 10 redirect_is_on
    else
        check 'and so does a kernel that would not count them' wait_for 10 redirect_says redirect-counted
    fi
    steady
    base_received=$received base_let=$let
    check 'what is allowed is reached' reaches 80
    check 'what is not is not' cannot_reach 81
    steady
    check 'and counted as its interface did' equal $((received - base_received)) $((let - base_let))
    endpoints '.items[] | {pod, redirect}' | sed 's/^/        /'
    foreign_filter
}

redirect_is_on() { [ "$(status .hooks.redirect.on)" = true ]; }
redirect_says() { endpoints '.items[].redirect.reason' | grep -qE "$1"; }

restarts() {
    denied=$(web_stats .ingress.denied.packets)
    check 'the agent ends on SIGTERM' agent_stop
    check 'without it, what is allowed is reached' reaches 80
    check 'and what is not is not' cannot_reach 81
    check 'it starts again, with XDP on every veth' agent_start --xdp native
    check 'and takes over' equal true "$(status .takenOver)"
    check 'the endpoints are there' equal '["client","web"]' "$(endpoints '[.items[].pod] | sort')"
    check 'their XDP program is' wait_for 10 both_have_xdp
    check 'the counts went on meanwhile' test "$(web_stats .ingress.denied.packets)" -gt "$denied"
    check 'what is allowed is reached' reaches 80
    check 'what is not is not' cannot_reach 81
}

both_have_xdp() { [ "$(ip link show | grep -c 'prog/xdp id')" = 2 ]; }

goes() {
    agent_stop
    check 'agent --detach-all' weir agent --detach-all
    check 'no pin is left' equal '' "$(find /sys/fs/bpf -mindepth 1 ! -name '*.debug')"
    check 'no XDP program is' equal 0 "$(ip link show | grep -c 'prog/xdp')"
    check 'no program is' wait_for 5 no_program
    check 'no qdisc of ours is' equal '' "$(tc qdisc show dev veth-client | grep clsact)"
    check 'no filter of ours is' equal '' "$(filters veth-web | grep -w bpf)"
    check 'the filter of others is' test -n "$(filters veth-web | grep matchall)"
    check 'what the policy denied is reached' reaches 81
}

no_program() { ! bpftool prog show | grep -q 'name weir_'; }

filters() {
    tc filter show dev "$1" ingress
    tc filter show dev "$1" egress
}

network
starts
attaches
enforces
counts
redirects
restarts
goes
if [ "$FAILED" -gt 0 ]; then
    echo "        the agent's log:"
    tail -n 40 /tmp/agent.log | sed 's/^/        /'
fi
[ "$FAILED" -eq 0 ]
