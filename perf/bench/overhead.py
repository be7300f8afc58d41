"""
What a user of two containers on a bridge feels when their flows are counted: an HTTP request, and TCP
bulk, with Weir attached and no policy there, and with the peer that every host has, nftables' connection
tracking with accounting. Slots as in network.py, each between two bare ones.
"""

import os
import time

from . import machine, network

HTTP_PORT = 8081
WAYS = {"keep": "over one connection", "each": "a connection for each"}
SUBJECTS = ("weir", "nftables")


class Bench(network.Bench):
    def prepare(self):
        self.host.start_agent()

    def put(self, subject):
        return self.flows() if subject == "weir" else self.accounting()

    def flows(self):
        endpoints = [self.host.attach(each, name, {}) for each, name in self.pods]
        return lambda: [self.host.detach(each) for each in endpoints]

    def accounting(self):
        """Its one rule accepts, as weir has none that denies."""
        self.host.run(["sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1"])
        return self.nft(1)

    def request(self, way, seconds):
        """Nanoseconds of the median request and of the hundredth slowest."""
        command = [machine.TOOLS / "http_load", "client", network.SERVER, HTTP_PORT, way, int(seconds * 1000)]
        answer = machine.output(machine.within(self.client, ["taskset", "-c", 0, *command]))
        return tuple(map(int, answer.split()[1:]))

    def requests(self, way, slots, seconds):
        server = self.host.start(self.server, 0, [machine.TOOLS / "http_load", "server", HTTP_PORT])
        ratios = {subject: ([], []) for subject in SUBJECTS}
        bare = ([], [])
        try:
            time.sleep(0.3)
            before = self.request(way, seconds)
            for turn in range(slots):
                for subject in SUBJECTS[turn % 2 :] + SUBJECTS[: turn % 2]:
                    off = self.put(subject)
                    try:
                        time.sleep(network.SETTLE)
                        took = self.request(way, seconds)
                    finally:
                        off()
                    time.sleep(network.SETTLE)
                    after = self.request(way, seconds)
                    for i in range(2):
                        ratios[subject][i].append(2 * took[i] / (before[i] + after[i]))
                        bare[i].append(after[i] / 1000)
                    before = after
        finally:
            self.host.stop(server)
        return {
            "way": way,
            "bareMicros": [machine.summary(each) for each in bare],
            "ratios": {s: [machine.summary(each, 3) for each in both] for s, both in ratios.items()},
        }


def run(quick):
    slots, seconds = (2, 0.2) if quick else (11, 0.4)
    with machine.Host() as host:
        bench = Bench(host)
        bench.prepare()
        os.sched_setaffinity(0, {os.cpu_count() - 1})
        machine.wait_until_quiet(quick)
        results = {"http": [bench.requests(way, slots, seconds) for way in WAYS]}
        print("overhead: http done", flush=True)
        results["bulk"] = bench.toggle("bulk", list(SUBJECTS), slots, seconds)
        print("overhead: bulk done", flush=True)
    os.sched_setaffinity(0, range(os.cpu_count()))
    return results
