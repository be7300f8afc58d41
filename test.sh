#!/bin/bash
# Runs every test there is, on a bare Debian 12 as root: formatting, unit tests, kernel tests, the
# CNI plugin, the chain with the reference plugins, containerd, the installer.
#
#   ./test.sh     exit 0: all of them passed
#   ./test.sh --conformance     instead, Kubernetes' policy suites only: docs/conformance.md
#   ./test.sh --kernels [VERSION...]     instead, target/weir on older kernels: docs/kernels.md
#
# Goes on after a failure, and says at the end what failed. Logs are in target/test-logs.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ROOT/tests/machine.sh"
cd "$ROOT" || exit 1

if [ "${1:-}" = --kernels ]; then
    exec tests/kernels/run.sh "${@:2}"
fi
CONFORMANCE=
if [ "${1:-}" = --conformance ]; then
    CONFORMANCE=1
    shift
fi
if [ $# -gt 0 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    [ "$1" = --help ] || [ "$1" = -h ]
    exit
fi

LOGS=$ROOT/target/test-logs
LINES=()
FAILED=0
RUNNING=
SCRATCH=

# Whether anybody is in the process group of a part; a dead one whom nobody asked for is not.
group_lives() {
    ps -e -o pgid=,stat= |
        awk -v group="$1" '$1 == group && $2 !~ /^Z/ { n++ } END { exit !n }'
}

# What a part left running, such as the agents of a JVM that was killed, may clear up, and then has
# to go.
end_group() {
    local try
    for try in {1..600}; do
        group_lives "$1" || return 0
        [ "$try" -gt 1 ] || kill -s TERM -- "-$1" 2>/dev/null
        sleep 0.1
    done
    kill -s KILL -- "-$1" 2>/dev/null
}

# What test JVMs that are gone have on record and did not remove; those that were killed could not.
remove_leftovers() { tests/leftovers.sh */target/leftovers/*; }

# Ctrl-C: the part that runs clears up behind itself when asked; wait until it has.
interrupted() {
    trap '' INT TERM HUP
    if [ -n "$RUNNING" ]; then
        # setsid made it a group of its own, or is about to
        kill -s TERM -- "-$RUNNING" 2>/dev/null || kill -s TERM "$RUNNING" 2>/dev/null
        wait "$RUNNING" 2>/dev/null
        end_group "$RUNNING"
    fi
    echo 'test: interrupted' >&2
    exit 130
}

finish() {
    trap '' INT TERM HUP
    remove_leftovers
    # Nothing may be mounted there any more; if it is, its content is not ours to delete.
    if [ -n "$SCRATCH" ] && grep -q " $SCRATCH/" /proc/self/mounts; then
        echo "test: still mounted below $SCRATCH" >&2
    elif [ -n "$SCRATCH" ]; then
        rm -rf "$SCRATCH"
    fi
}
trap interrupted INT TERM HUP
trap finish EXIT

# part TITLE COMMAND...: runs it with its output in a log, and shows the log's end if it fails.
part() {
    local title=$1 log status start=$SECONDS
    shift
    log=$LOGS/${title//[^a-z0-9]/-}.log
    printf '%-60s' "$title"
    setsid "$@" >"$log" 2>&1 </dev/null &
    RUNNING=$!
    wait "$RUNNING"
    status=$?
    end_group "$RUNNING"
    RUNNING=
    remove_leftovers
    if [ "$status" -eq 0 ]; then
        printf 'pass  %4d s\n' $((SECONDS - start))
        LINES+=("pass  $title")
    else
        printf 'FAIL  %4d s\n' $((SECONDS - start))
        LINES+=("FAIL  $title: exit $status, $log")
        FAILED=$((FAILED + 1))
        # Maven names the failed tests where their module ended, long before its last line.
        { grep -m 40 '^\[ERROR\]' "$log"; echo ...; tail -n 40 "$log"; } | sed 's/^/    /'
    fi
    return "$status"
}

# How many tests Maven ran; a build that ran none must not look like one that passed.
junit_counts() {
    find . -path '*/target/surefire-reports/TEST-*.xml' -exec cat {} + |
        grep -o '<testsuite [^>]*' | awk '
            { for (i = 1; i <= NF; i++) {
                if (match($i, /^tests="[0-9]+/)) tests += substr($i, 8)
                if (match($i, /^(failures|errors)="[0-9]+/)) { sub(/^[a-z]*="/, "", $i); bad += $i }
                if (match($i, /^skipped="[0-9]+/)) skipped += substr($i, 10) } }
            END { printf "%d passed, %d failed, %d skipped\n", tests - bad - skipped, bad, skipped
                exit tests == 0 }'
}

machine_require_root "$0"
if ! machine_install "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"; then
    echo 'test: what the machine lacks could not be installed' >&2
    exit 1
fi
if ! machine_kubectl "$ROOT"; then
    echo 'test: kubectl could not be fetched' >&2
    exit 1
fi
mkdir -p "$LOGS"
SCRATCH=$(mktemp -d /tmp/weir-test.XXXXXX) || exit 1
find . -path '*/target/surefire-reports' -prune -exec rm -rf {} +

if [ -n "$CONFORMANCE" ]; then
    part 'conformance' mvn -B -ntp test -pl controller -am -Dtests.excluded=none \
        -Dtests.tmp="$SCRATCH" -Dtest='dev/weir/controller/conformance/*IT' -Dsurefire.failIfNoSpecifiedTests=false
    status=$?
    printf '\n%s\n' "$(cat controller/target/conformance.md)"
    exit "$status"
fi
part 'formatting of C and BPF' make --no-print-directory -C bpf format-check
part 'formatting of the plugin' make --no-print-directory -C cni format-check
part 'formatting of the libraries' sh -c '
    for folder in dataplane/src/main/c dist/src/main/c perf; do
        make --no-print-directory -C "$folder" format-check || exit
    done'
part 'parser under the fuzzer' make --no-print-directory -C bpf fuzz
part 'build' mvn -B -ntp -q -DskipTests package
part 'tools of the benchmarks' make --no-print-directory -C perf
# Formatting of Java, architecture, unit tests, the plugin's tests and, as root, the kernel tests.
part 'mvn verify, kernel tests included' mvn -B -ntp verify -Dtests.excluded=none \
    -Dtests.kubectl=required -Dtests.tmp="$SCRATCH" -fae
if ! counts=$(junit_counts); then
    LINES+=('FAIL  not one JUnit test ran')
    FAILED=$((FAILED + 1))
fi
if [ -x target/weir/bin/weir ]; then
    part 'chain with the reference plugins' tests/chain.sh
    part 'containers under containerd' tests/containerd.sh
    part 'exports, read by others' tests/exports.sh
    part 'the demonstration' ./demo.sh
    part 'the installer' tests/install.sh
else
    LINES+=('FAIL  target/weir was not built: no end-to-end test could run')
    FAILED=$((FAILED + 1))
fi

echo
printf '%s\n' "${LINES[@]}"
echo "JUnit: $counts"
if [ "$FAILED" -eq 0 ]; then
    echo "all passed in $SECONDS s"
else
    echo "$FAILED failed, in $SECONDS s; logs in $LOGS"
    exit 1
fi
