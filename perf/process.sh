#!/bin/bash
# What looking up processes costs a connection: ./perf/process.sh [ROUNDS] [CONNECTIONS]
#
# Needs root and a build. Two namespaces and a veth of its own, gone afterwards; the three states take
# turns. Prints the median, and the quartiles, of each in nanoseconds a connection, both ends together.
# RAW=FILE keeps every round.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rounds=${1:-101}
connections=${2:-2000}
client=weirpc$$
server=weirps$$
make -s -C "$root/perf" target/tools/process_run
trap 'ip netns delete $client; ip netns delete $server' EXIT
ip netns add $client
ip netns add $server
ip -n $client link add eth0 type veth peer name eth0 netns $server
for place in "$client 10.79.9.2" "$server 10.79.9.1"; do
    set -- $place
    ip -n "$1" addr add "$2/24" dev eth0
    ip -n "$1" link set eth0 up
    # The port of a connection that is over is free at once.
    ip netns exec "$1" sysctl -qw net.ipv4.tcp_max_tw_buckets=1 2>/dev/null || true
    ip netns exec "$1" sysctl -qw net.ipv4.ip_local_port_range="10000 60000"
done
"$root/perf/target/tools/process_run" "$root/bpf/target/weir_process.bpf.o" $client $server 10.79.9.1 8080 \
    "$rounds" "$connections" |
    tee ${RAW:-/dev/null} |
    sort -k1,1 -k2,2n |
    awk '{ all[$1] = all[$1] " " $2 }
         END { for (state in all) { n = split(all[state], ns, " ");
               printf "%-10s median %8.0f ns  [%.0f-%.0f]  of %d\n", state,
                      ns[int((n + 1) / 2)], ns[int((n + 3) / 4)], ns[int((3 * n + 1) / 4)], n } }'
