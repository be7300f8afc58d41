"""
Many flows: a million at a time, then 100,000 new ones a second for a minute, out of 200 containers.
What the load sent, what the interfaces, the counters and the flow records tell must be one account;
a packet that none of them names fails the run.
"""

import json
import os
import statistics
import subprocess
import threading
import time
import urllib.parse

from . import control, machine

FIRST_PORT = 4_000
ENDPOINTS_A_QUERY = 8
LOOK = 0.5
QUERY_EVERY = 4  # looks
FULL = {"containers": 200, "concurrent": 1_000_000, "rate": 100_000, "turns": 3, "seconds": 60}
QUICK = {"containers": 20, "concurrent": 40_000, "rate": 20_000, "turns": 3, "seconds": 5}
SETTINGS = {
    False: {"tables-flows-per-cpu": 1 << 20, "tables-conntrack": 1 << 21, "tables-events": "64MiB", "flows-history": "384MiB"},
    # So small that everything which the full run meets happens here too.
    True: {"tables-flows-per-cpu": 1 << 15, "tables-conntrack": 1 << 17, "tables-events": "64KiB", "flows-history": "12MiB"},
}


def containers(host, count):
    """Namespaces with eth0 each and no other traffic; nothing is behind the host's ends."""
    names = [f"{host.name}f{i}" for i in range(count)]
    quiet = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"
    host.run(["sh", "-c", quiet])
    for name in names:
        host.namespace(name)
        machine.output(machine.within(name, ["sh", "-c", quiet]))
    batch = host.work / "links"
    batch.write_text(
        "".join(f"link add f{i} type veth peer name eth0 netns {name}\nlink set f{i} up\n" for i, name in enumerate(names))
    )
    host.run(["ip", "-batch", batch])
    for i, name in enumerate(names):
        batch.write_text(f"addr add 172.16.{i // 200}.{1 + i % 200}/32 dev eth0\nlink set eth0 up\n")
        machine.output(["ip", "-n", name, "-batch", batch])
    return names


class Accounts:
    """What there is to read about each endpoint's packets, in the order of the containers."""

    def __init__(self, host, endpoints):
        self.host = host
        self.endpoints = endpoints

    def interfaces(self):
        """Packets that the host's ends took from the containers."""
        links = {each["ifname"]: each["stats64"] for each in json.loads(self.host.run(["ip", "-j", "-s", "link"]))}
        return [links[f"f{i}"]["rx"]["packets"] for i in range(len(self.endpoints))]

    def statistics(self):
        items = {each["endpoint"]: each for each in self.host.request("GET", "/v1/stats/containers")["items"]}
        return [items[each] for each in self.endpoints]

    def counted(self):
        return [
            sum(count["packets"] for way in ("ingress", "egress") for count in each[way]["byReason"].values())
            for each in self.statistics()
        ]

    def metric(self, name):
        """The sum of its series."""
        lines = self.host.request("GET", "/metrics").decode().splitlines()
        return round(sum(float(each.rsplit(" ", 1)[1]) for each in lines if each.startswith((name + "{", name + " "))))

    def recorded(self):
        """Packets in the flow records that REST gives out, some endpoints at a time."""
        sums = dict.fromkeys(self.endpoints, 0)
        for i in range(0, len(self.endpoints), ENDPOINTS_A_QUERY):
            some = [("endpoint", each) for each in self.endpoints[i : i + ENDPOINTS_A_QUERY]]
            query = urllib.parse.urlencode([("last", 10_000_000), *some])
            for flow in self.host.request("GET", f"/v1/flows?{query}")["items"]:
                sums[flow["endpoint"]] += flow["packets"] + flow.get("replyPackets", 0)
        return [sums[each] for each in self.endpoints]

    def check(self, before, sent):
        """Raises where a packet is in no account. Returns where those are that are in no record."""
        seen = [after - then for after, then in zip(self.interfaces(), before["interfaces"])]
        counted = self.counted()
        recorded, stats = self.recorded(), self.statistics()
        for i, endpoint in enumerate(self.endpoints):
            expect(endpoint, "packets that its interface took", seen[i], "sent", sent[i])
            expect(endpoint, "packets counted by reason", counted[i] - before["counted"][i], "sent", sent[i])
            overflow, gone = stats[i]["overflow"]["packets"], stats[i]["pushedOut"]["packets"]
            expect(
                endpoint,
                f"packets in records ({recorded[i]}), overflow ({overflow}) and records pushed out ({gone})",
                recorded[i] + overflow + gone,
                "counted by reason",
                counted[i],
            )
        overflow = sum(each["overflow"]["packets"] for each in stats)
        expect("/metrics", "weir_flow_packets_total", self.metric("weir_flow_packets_total"), "counted", sum(counted))
        expect("/metrics", "overflow", self.metric("weir_flow_overflow_packets_total"), "of the endpoints", overflow)
        gone = sum(each["pushedOut"]["packets"] for each in stats)
        return {
            "recorded": sum(recorded),
            "overflow": overflow,
            "pushedOut": gone,
            "unaccounted": sum(counted) - sum(recorded) - overflow - gone,
        }


def expect(endpoint, what, value, other, wanted):
    if value != wanted:
        raise RuntimeError(f"load: {endpoint}: {what}: {value}, {other}: {wanted}: {value - wanted:+d} unaccounted for")


class Watch:
    """Looks at the agent while the load runs."""

    def __init__(self, host):
        self.host = host
        self.sweeps, self.answers, self.live, self.resident = {}, [], [], []

    def until(self, done):
        looks = 0
        while not done.wait(LOOK):
            flows = self.host.request("GET", "/v1/status")["flows"]
            self.sweeps[flows["sweeps"]] = flows["lastSweepNanos"] / 1e6
            self.live.append(flows["live"])
            self.resident.append(control.memory(self.host.agent.pid)["residentMiB"])
            looks += 1
            if looks % QUERY_EVERY == 0:
                began = time.monotonic()
                self.host.request("GET", "/v1/flows?last=100")
                self.answers.append((time.monotonic() - began) * 1e3)


class Load:
    def __init__(self, host, shape):
        self.host, self.shape = host, shape
        self.names = containers(host, shape["containers"])

    def attach(self):
        self.accounts = Accounts(
            self.host, [self.host.attach(name, f"pod{i}", {"app": f"a{i % 20}"}) for i, name in enumerate(self.names)]
        )

    def send(self, first, flows, seconds, watch):
        """Packets that each container's interface took, and how many a second these were."""
        cpus = ",".join(map(str, range(os.cpu_count())))
        paths = [f"/run/netns/{name}" for name in self.names]
        command = [machine.TOOLS / "flow_load", flows, first, FIRST_PORT, self.shape["rate"], seconds, cpus, *paths]
        load = subprocess.Popen([str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.host.processes.append(load)
        done, answer = threading.Event(), []
        reader = threading.Thread(target=lambda: (answer.extend(load.communicate()), done.set()))
        reader.start()
        watch.until(done)
        reader.join()
        if load.returncode:
            raise RuntimeError(f"flow_load: {answer[1].strip()}")
        lines = [list(map(int, line.split())) for line in answer[0].splitlines()]
        sent = [each[0] for each in lines]
        return sent, sum(each[1] for each in lines), sum(sent) / float(answer[1])

    def phase(self, first, flows, seconds):
        accounts, pid = self.accounts, self.host.agent.pid
        before = {"interfaces": accounts.interfaces(), "counted": accounts.counted()}
        evicted = self.host.request("GET", "/v1/status")["flows"]["evicted"]
        watch = Watch(self.host)
        spent, began = control.usage(pid)
        sent, refused, rate = self.send(first, flows, seconds, watch)
        spent, took = control.usage(pid)[0] - spent, time.monotonic() - began
        flows_now = self.host.request("GET", "/v1/status")["flows"]
        account = accounts.check(before, sent)
        sweeps = list(watch.sweeps.values())
        return {
            "sent": sum(sent),
            "refused": refused,
            "packetsPerSecond": round(rate),
            "live": max(watch.live),
            "agentCpuPercent": round(spent / took * 100, 1),
            "residentMiB": max(watch.resident),
            "sweepMillis": machine.summary(sweeps),
            "sweepMillisPer100000": round(statistics.median(sweeps) / max(watch.live) * 1e5, 2),
            "answerMillis": machine.summary(watch.answers),
            "evicted": flows_now["evicted"] - evicted,
            "forcedOut": flows_now["forcedOut"],
            **account,
        }


def run(quick):
    shape = QUICK if quick else FULL
    settings = [f"--{name}={value}" for name, value in SETTINGS[quick].items()]
    results = {**shape, "settings": SETTINGS[quick]}
    each = shape["concurrent"] // shape["containers"]
    with machine.Host(settings) as host:
        load = Load(host, shape)
        machine.wait_until_quiet(quick)
        host.start_agent()
        load.attach()
        print("load: containers attached", flush=True)
        seconds = shape["turns"] * shape["concurrent"] // shape["rate"]
        results["held"] = load.phase(0, each, seconds)
        if results["held"]["live"] < shape["concurrent"]:
            raise RuntimeError(f"load: {results['held']['live']} flows at a time (expected: {shape['concurrent']})")
        print("load: concurrent flows done", flush=True)
        results["fresh"] = load.phase(each, shape["rate"] * shape["seconds"] // shape["containers"], 0)
        print("load: new flows done", flush=True)
    return results
