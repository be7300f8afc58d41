"""
Two containers on a bridge. One steady flow runs; what is under test is put in its way and taken out
again, each slot between two bare ones, and the ratio to those two is what counts: whatever else the
machine does changes more slowly than that.
"""

import os
import subprocess
import time

from . import machine

CLIENT, SERVER = "198.18.0.1", "198.18.0.2"
RULES = (1, 100, 1_000, 10_000)
SETTLE = 0.08
BARE_PORT = 8080

LOADS = {
    "ping-pong": {"unit": "round trips/s", "packets": 1, "cpus": (0, 0)},
    "connections": {"unit": "connections/s", "packets": 5, "cpus": (0, 0)},
    "udp": {"unit": "packets/s", "packets": 1, "cpus": (0, 1)},
    "bulk": {"unit": "bytes/s", "packets": None, "cpus": (0, 1)},
}


def address(index):
    return f"198.19.{index >> 8}.{index & 255}"


def nft_table(rules):
    """The last rules are the ones that match, as in a chain that a policy agent would write."""
    others = "\n".join(f"ip saddr {address(i)} tcp dport 8080 accept" for i in range(rules - 1))
    return f"""table inet weirperf {{
        chain forward {{
            type filter hook forward priority 0; policy drop;
            ct state established,related accept
            {others}
            ip saddr {{ {CLIENT}, {SERVER} }} accept
        }}
    }}"""


def weir_policy(rules):
    """The same as a NetworkPolicy, both ways."""
    peers = [{"podSelector": {"matchLabels": {"app": "perf"}}}]
    others = [
        {"ipBlock": {"cidr": f"{address(i)}/32"}, "ports": [{"protocol": "TCP", "port": 8080}]}
        for i in range(rules - 1)
    ]
    return {
        "podSelector": {"matchLabels": {"rules": str(rules)}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"ipBlock": o["ipBlock"]}], "ports": o["ports"]} for o in others] + [{"from": peers}],
        "egress": [{"to": peers}],
    }


class Bench:
    def __init__(self, host):
        self.host = host
        self.client = host.container("a", CLIENT)
        self.server = host.container("b", SERVER)
        self.pods = ((self.server, "server"), (self.client, "client"))
        self.endpoints = []
        for rules in RULES:
            (host.work / f"{rules}.nft").write_text(nft_table(rules))

    def prepare(self):
        self.host.start_agent()
        for rules in (1, 10_000):
            self.host.policy(f"rules-{rules}", weir_policy(rules))

    def weir(self, rules):
        """Both are peers before either is isolated: else what is between two steps is denied, and its
        SYN comes again only after a second, long after the slot."""
        self.endpoints = [self.host.attach(each, name, {"app": "perf"}) for each, name in self.pods]
        self.choose(rules)
        self.host.wait_for_redirect()

        def off():
            self.choose(None)
            for each in self.endpoints:
                self.host.detach(each)

        return off

    def choose(self, rules):
        """Of the policies in force the one that selects both containers."""
        for each in self.endpoints:
            self.host.label(each, {"rules": rules and str(rules)})

    def chosen(self, rules):
        self.choose(rules)
        return lambda: self.choose(1)

    def nft(self, rules):
        self.host.bridge_netfilter(True)
        self.host.run(["nft", "-f", self.host.work / f"{rules}.nft"])

        def off():
            self.host.bridge_netfilter(False)
            self.host.run(["nft", "delete", "table", "inet", "weirperf"])

        return off

    def empty(self):
        """A program that does nothing, on the hooks where Weir's are."""
        hooks = subprocess.Popen(
            machine.within(self.host.name, [machine.TOOLS / "empty_hooks", machine.TOOLS, "va", "vb"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if hooks.stdout.readline() != "ready\n":
            raise RuntimeError("empty_hooks did not start")

        def off():
            hooks.communicate("")

        return off

    def put(self, subject):
        if subject == "empty":
            return self.empty()
        kind, rules = subject.split("-")
        return {"weir": self.weir, "nft": self.nft, "chosen": self.chosen}[kind](int(rules))

    def start(self, load):
        first, second = LOADS[load]["cpus"]
        tools, start = machine.TOOLS, self.host.start
        if load == "bulk":
            server, client = ["iperf3", "-s", "-1", "-p", "5201"], ["iperf3", "-c", SERVER, "-p", "5201", "-t", 86400]
        else:
            tool, more = {
                "ping-pong": ("ping_pong", [64]),
                "connections": ("connections", [16]),
                "udp": ("udp_load", [18]),
            }[load]
            server = [tools / tool, "sink" if load == "udp" else "server", BARE_PORT]
            client = [tools / tool, "send" if load == "udp" else "client", SERVER, BARE_PORT, *more]
        running = [start(self.server, second, server)]
        time.sleep(0.3)
        running.append(start(self.client, first, client))
        time.sleep(1)
        if any(process.poll() is not None for process in running):
            raise RuntimeError(f"{load}: the load did not start")
        return running

    def rate(self, load, seconds):
        """Of the load, a second, as the server's interface sees it."""
        time.sleep(SETTLE)
        column = 0 if load == "bulk" else 1
        begin, before = time.monotonic(), machine.interface_counters(self.server, "eth0")[column]
        time.sleep(seconds)
        after, end = machine.interface_counters(self.server, "eth0")[column], time.monotonic()
        return (after - before) / (end - begin) / (LOADS[load]["packets"] or 1)

    def toggle(self, load, subjects, slots, seconds):
        running = self.start(load)
        ratios, bare = {subject: [] for subject in subjects}, []
        try:
            before = self.rate(load, seconds)
            for turn in range(slots):
                for subject in subjects[turn % len(subjects):] + subjects[: turn % len(subjects)]:
                    off = self.put(subject)
                    try:
                        rate = self.rate(load, seconds)
                    finally:
                        off()
                    after = self.rate(load, seconds)
                    ratios[subject].append(2 * rate / (before + after))
                    bare.append(after)
                    before = after
        finally:
            for process in reversed(running):
                self.host.stop(process)
        return {
            "load": load,
            "unit": LOADS[load]["unit"],
            "bare": machine.summary(bare, 0),
            "ratios": {subject: machine.summary(values, 3) for subject, values in ratios.items()},
        }

    def many_against_one(self, load, slots, seconds):
        """10,000 rules, each slot between two with one: nothing else changes, not even the tables."""
        off = self.weir(1)
        try:
            return self.toggle(load, ["chosen-10000"], slots, seconds)["ratios"]["chosen-10000"]
        finally:
            off()


def over_the_bridge(loads, slots, seconds):
    """Weir as it is where frames may not go past the bridge, by load."""
    with machine.Host(["--local-redirect=off"]) as host:
        bench = Bench(host)
        bench.prepare()
        return {load: bench.toggle(load, ["weir-1"], slots, seconds)["ratios"]["weir-1"] for load in loads}


def run(quick, loads=tuple(LOADS)):
    slots, seconds = (2, 0.2) if quick else (9, 0.3)
    subjects = ["empty"] + [f"weir-{rules}" for rules in (1, 10_000)] + [f"nft-{rules}" for rules in RULES]
    results = []
    with machine.Host() as host:
        bench = Bench(host)
        bench.prepare()
        os.sched_setaffinity(0, {os.cpu_count() - 1})
        machine.wait_until_quiet(quick)
        for load in loads:
            results.append(bench.toggle(load, subjects, slots, seconds))
            results[-1]["manyAgainstOne"] = bench.many_against_one(load, 2 * slots, seconds)
            print(f"network: {load} done", flush=True)
    over = over_the_bridge(loads, slots, seconds)
    for result in results:
        result["ratios"]["over-1"] = over[result["load"]]
    os.sched_setaffinity(0, range(os.cpu_count()))
    return results
