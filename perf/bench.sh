#!/bin/bash
# Measures Weir: ./perf/bench.sh [packet] [network] [overhead] [control] [scale] [load] [jmh]   (all of them by default)
#
# Needs root, the tools that ./test.sh installs, iperf3 and python3; builds what is missing. All runs in network
# namespaces of its own, which are gone afterwards. The answer is perf/results/<time>.json; --reference
# makes it the committed one and writes the tables of docs/performance.md from it. --quick is a
# rehearsal: too short to tell anything. Parts that a run leaves out are taken from the last reference.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" = 0 ] || { echo "bench.sh: needs root" >&2; exit 1; }
for tool in python3 iperf3 nft ip clang gcc; do
    command -v "$tool" >/dev/null || { echo "bench.sh: $tool: not found (expected: apt-get install $tool)" >&2; exit 1; }
done
cd "$root"
[ -x target/weir/bin/weir ] || mvn -q -DskipTests package
make -s -C perf
exec python3 -m perf.bench "$@"
