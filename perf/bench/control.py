"""What the control plane takes: CNI, policy writes, sweeps, the agent at rest and at work, the CLI."""

import json
import os
import re
import subprocess
import time

from . import machine

CNI = "/usr/lib/cni"
PLUGIN = machine.ROOT / "target/weir/bin/weir-cni"
ENDPOINTS = 100
FLOWS = 100_000

# What follows another change at once also waits until no packet can be under way in the state before that one (an RCU
# grace period, 10 to 20 ms); after this long the agent has done so on its own.
QUIET = 0.3
TICKS = os.sysconf("SC_CLK_TCK")


def timed(command, **options):
    """Milliseconds of a command, and what it said."""
    started = time.monotonic()
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, **options)
    return (time.monotonic() - started) * 1e3, done


def cni_call(host, verb, plugin, config, container, netns):
    environment = dict(
        os.environ, CNI_COMMAND=verb, CNI_CONTAINERID=container, CNI_NETNS=netns, CNI_IFNAME="eth0", CNI_PATH=CNI
    )
    with machine.inside(host.name):
        took, done = timed([plugin], input=json.dumps(config), env=environment)
    if done.returncode:
        raise RuntimeError(f"{plugin} {verb}: {done.stdout}{done.stderr}")
    return took, json.loads(done.stdout) if done.stdout.strip() else None


def cni(host, rounds):
    """ADD of the reference bridge plugin, and what the chained plugin adds to it."""
    network = {"cniVersion": "1.0.0", "name": "weirperf"}
    bridge = {
        **network,
        "type": "bridge",
        "bridge": "br1",
        "ipam": {"type": "host-local", "dataDir": str(host.work / "ipam"), "ranges": [[{"subnet": "10.98.0.0/16"}]]},
    }
    weir = {**network, "type": "weir-cni", "socket": str(host.socket)}
    base, added = [], []
    for i in range(rounds):
        name = f"{host.name}c{i}"
        host.namespace(name)
        netns = f"/run/netns/{name}"
        time.sleep(QUIET)
        took, result = cni_call(host, "ADD", f"{CNI}/bridge", bridge, name, netns)
        base.append(took)
        took, _ = cni_call(host, "ADD", PLUGIN, {**weir, "prevResult": result}, name, netns)
        added.append(took)
        cni_call(host, "DEL", PLUGIN, {**weir, "prevResult": result}, name, netns)
        cni_call(host, "DEL", f"{CNI}/bridge", bridge, name, netns)
    version = [cni_call(host, "VERSION", PLUGIN, network, "", "")[0] for _ in range(rounds)]
    status = [cni_call(host, "STATUS", PLUGIN, {**weir, "cniVersion": "1.1.0"}, "", "")[0] for _ in range(rounds)]
    nothing = [timed(["/bin/true"])[0] for _ in range(rounds)]
    return {
        "bridgeAddMillis": machine.summary(base),
        "addedMillis": machine.summary(added),
        "versionMillis": machine.summary(version),
        "statusMillis": machine.summary(status),
        "emptyProcessMillis": machine.summary(nothing),
    }


def policy_writes(host, rounds):
    """A PUT answers when all endpoints have it; the two contents take turns, so that each is a change."""
    for i in range(ENDPOINTS):
        name = host.container(f"p{i}", f"198.18.{1 + i // 200}.{1 + i % 200}")
        host.attach(name, f"pod{i}", {"app": "many"})
    single, burst = [], []
    for i in range(2 * rounds + 20):
        took = burst if i < rounds + 20 else single
        if took is single:
            time.sleep(QUIET)
        spec = {
            "podSelector": {"matchLabels": {"app": "many"}},
            "ingress": [
                {
                    "from": [{"podSelector": {"matchLabels": {"app": "many"}}}],
                    "ports": [{"protocol": "TCP", "port": 8000 + i % 2}],
                }
            ],
        }
        started = time.monotonic()
        host.policy("turn", spec)
        took.append((time.monotonic() - started) * 1e3)
    return {"endpoints": ENDPOINTS, "millis": machine.summary(single), "burstMillis": machine.summary(burst[20:])}


def usage(pid):
    fields = machine.text(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS, time.monotonic()


def memory(pid):
    rollup = machine.text(f"/proc/{pid}/smaps_rollup")
    status = machine.text(f"/proc/{pid}/status")
    return {
        "residentMiB": round(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024, 1),
        "peakMiB": round(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024, 1),
        "anonymousMiB": round(int(re.search(r"Anonymous:\s+(\d+)", rollup).group(1)) / 1024, 1),
    }


def watch(pid, seconds):
    before, begin = usage(pid)
    time.sleep(seconds)
    after, end = usage(pid)
    return {"cpuPercent": round((after - before) / (end - begin) * 100, 2), "seconds": seconds, **memory(pid)}


def agent(host, quick):
    """At rest with two endpoints, then with 100,000 flows: 50,000 connections seen at both ends."""
    client, server = host.container("a", "198.18.254.1"), host.container("b", "198.18.254.2")
    host.attach(client, "client", {"app": "perf"})
    host.attach(server, "server", {"app": "perf"})
    pid = host.agent.pid
    time.sleep(1 if quick else 10)
    idle = watch(pid, 3 if quick else 60)
    # Nobody listens: the server's own firewall takes the packets behind Weir, so that no ICMP comes back.
    machine.output(
        machine.within(server, ["nft", "add table inet sink; add chain inet sink in { type filter hook input priority 0; policy accept; }; add rule inet sink in udp dport 1024-65535 drop"])
    )
    seconds = 4 if quick else 32
    load = host.start(client, 0, [machine.TOOLS / "udp_load", "spray", "198.18.254.2", FLOWS // 2, 25_000, seconds])
    time.sleep(2 if quick else 10)
    busy = watch(pid, 1 if quick else 20)
    status = host.request("GET", "/v1/status")
    host.stop(load)
    return {"idle": idle, "busy": {**busy, "flowsTarget": FLOWS, "flows": find(status, "live"), "packetsPerSecond": 25_000}}


def find(tree, key):
    """The first value of a key anywhere in the answer."""
    if isinstance(tree, dict):
        if key in tree:
            return tree[key]
        tree = list(tree.values())
    if isinstance(tree, list):
        for each in tree:
            found = find(each, key)
            if found is not None:
                return found
    return None


def command_line(host, rounds):
    answers = {}
    for command in (["version"], ["status"], ["endpoint", "list"], ["flows", "--last", "10"]):
        times = [timed([machine.WEIR, *command, "--socket", host.socket])[0] for _ in range(rounds)]
        answers[" ".join(command)] = machine.summary(times, 1)
    return answers


def run(quick):
    results = {}
    with machine.Host() as host:
        machine.wait_until_quiet(quick)
        results["startSeconds"] = round(host.start_agent(), 2)
        results["agent"] = agent(host, quick)
        print("control: agent done", flush=True)
    with machine.Host() as host:
        host.start_agent()
        results["cni"] = cni(host, 5 if quick else 40)
        print("control: cni done", flush=True)
        results["commandLine"] = command_line(host, 3 if quick else 20)
        results["policy"] = policy_writes(host, 10 if quick else 100)
        print("control: policy done", flush=True)
    return results
