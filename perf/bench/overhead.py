"""
What an HTTP request and a bulk transfer between two containers take while Weir counts their flows,
beside the same without anything, and with the usual alternative: a stateful nftables table and
conntrack's accounting. Slots take turns as in network.py.
"""

import os
import subprocess
import time

from . import machine, network

PORT = 8081
SUBJECTS = ["weir-1", "nft-1"]
MODES = ("keep", "new")
FIGURES = ("p50", "p99")


class Http:
    def __init__(self, bench):
        self.bench = bench
        self.server = bench.host.start(bench.server, 0, [machine.TOOLS / "http_load", "server", PORT])
        time.sleep(0.3)

    def ask(self, mode, seconds):
        """Microseconds of a request; both ends share a CPU, so that nothing waits for a CPU to wake."""
        time.sleep(network.SETTLE)
        command = ["taskset", "-c", 0, machine.TOOLS / "http_load", mode, network.SERVER, PORT, seconds]
        done = subprocess.run(machine.within(self.bench.client, command), capture_output=True, text=True, timeout=seconds + 60)
        if done.returncode:
            raise RuntimeError(f"http_load {mode}: {done.stderr.strip()}")
        _, p50, p99 = done.stdout.split()
        return {"p50": int(p50) / 1e3, "p99": int(p99) / 1e3}

    def compare(self, mode, slots, seconds):
        bare, taken, ratios = [], {each: [] for each in SUBJECTS}, {each: [] for each in SUBJECTS}
        before = self.ask(mode, seconds)
        for turn in range(slots):
            for subject in SUBJECTS[turn % len(SUBJECTS):] + SUBJECTS[: turn % len(SUBJECTS)]:
                off = self.bench.put(subject)
                try:
                    here = self.ask(mode, seconds)
                finally:
                    off()
                after = self.ask(mode, seconds)
                taken[subject].append(here)
                ratios[subject].append({each: 2 * here[each] / (before[each] + after[each]) for each in FIGURES})
                bare.append(after)
                before = after
        return {
            "bare": over(bare, 1),
            "micros": {subject: over(values, 1) for subject, values in taken.items()},
            "ratios": {subject: over(values, 3) for subject, values in ratios.items()},
        }


def over(samples, digits):
    return {each: machine.summary([sample[each] for sample in samples], digits) for each in FIGURES}


def run(quick):
    slots, seconds = (2, 0.3) if quick else (9, 1)
    results = {}
    with machine.Host() as host:
        bench = network.Bench(host)
        bench.prepare()
        cpus = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {os.cpu_count() - 1})
        try:
            # The host's namespace has conntrack as soon as a rule asks for it.
            bench.nft(1)()
            host.run(["sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1"])
            machine.wait_until_quiet(quick)
            http = Http(bench)
            for mode in MODES:
                results[mode] = http.compare(mode, slots, seconds)
                print(f"overhead: HTTP {mode} done", flush=True)
            host.stop(http.server)
            results["bulk"] = bench.toggle("bulk", SUBJECTS, slots, 0.3)
            print("overhead: bulk done", flush=True)
        finally:
            os.sched_setaffinity(0, cpus)
    return results
