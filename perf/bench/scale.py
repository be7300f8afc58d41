"""A large set of policies: 10,000 blocks and 5,000 port ranges, put in force whole, with 1,000 containers under it."""

import time

from . import control, machine

ENDPOINTS = 1_000
BLOCK_POLICIES, BLOCKS_EACH = 100, 100
RANGE_POLICIES, RANGES_EACH = 50, 100
COLLECTION = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies"


def network_policy(name, app, rule):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"podSelector": {"matchLabels": {"app": app}}, "policyTypes": ["Ingress"], "ingress": [rule]},
    }


def blocks(i, port=443):
    """100 blocks, each with a hole, at two ports."""
    peers = [
        {"ipBlock": {"cidr": f"10.{i}.{j}.0/24", "except": [f"10.{i}.{j}.128/25"]}} for j in range(BLOCKS_EACH)
    ]
    ports = [{"protocol": "TCP", "port": port}, {"protocol": "UDP", "port": 53}]
    return network_policy(f"blocks-{i}", f"a{i}", {"from": peers, "ports": ports})


def ranges(i):
    """100 port ranges that no prefix fits, from two pods."""
    pods = {"matchExpressions": [{"key": "pod", "operator": "In", "values": [f"p{1 + i}", f"p{101 + i}"]}]}
    ports = [
        {"protocol": "TCP", "port": first, "endPort": first + 511}
        for first in (1 + j * 600 + i for j in range(RANGES_EACH))
    ]
    return network_policy(f"ranges-{i}", f"a{i}", {"from": [{"podSelector": pods}], "ports": ports})


def policies():
    items = [blocks(i) for i in range(BLOCK_POLICIES)] + [ranges(i) for i in range(RANGE_POLICIES)]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def veths(host, count):
    """One namespace with all of the containers' ends; nothing is behind the other ends."""
    name = f"{host.name}m"
    host.namespace(name)
    outside = host.work / "veths"
    outside.write_text(
        "".join(f"link add m{i} type veth peer name e{i} netns {name}\nlink set m{i} up\n" for i in range(count))
    )
    inside = host.work / "addresses"
    inside.write_text(
        "".join(f"addr add 172.16.{i // 200}.{1 + i % 200}/32 dev e{i}\nlink set e{i} up\n" for i in range(count))
    )
    host.run(["ip", "-batch", outside])
    machine.output(["ip", "-n", name, "-batch", inside])
    return name


def attach(host, netns, i):
    return timed(
        host,
        "POST",
        "/v1/endpoints",
        {
            "netns": f"/run/netns/{netns}",
            "containerId": f"c{i}",
            "ifname": f"e{i}",
            "namespace": "default",
            "pod": f"p{i}",
            "labels": {"app": f"a{i % BLOCK_POLICIES}", "pod": f"p{i}"},
        },
    )


def timed(host, method, path, body=None):
    started = time.monotonic()
    host.request(method, path, body)
    return (time.monotonic() - started) * 1e3


def tables(host):
    """Entries in use, by table."""
    status = host.request("GET", "/v1/status")["tables"]
    return {each["name"]: each["entries"] for each in status if "entries" in each}


def whole_set(host, rounds):
    """Put in force by one request, and taken away by another."""
    applied, removed = [], []
    for i in range(rounds):
        if i > 0:
            removed.append(timed(host, "DELETE", COLLECTION))
            time.sleep(control.QUIET)
        applied.append(timed(host, "POST", "/v1/apply", policies()))
    return {"applyMillis": machine.summary(applied), "removeMillis": machine.summary(removed)}


def one_policy(host, rounds):
    """Each is a change of one policy of 200 rows beside all of the others."""
    took = []
    for i in range(rounds):
        time.sleep(control.QUIET)
        took.append(timed(host, "PUT", f"{COLLECTION}/blocks-7", blocks(7, 8_000 + i % 2)))
    return machine.summary(took)


def run(quick):
    count = 100 if quick else ENDPOINTS
    with machine.Host() as host:
        netns = veths(host, count)
        machine.wait_until_quiet(quick)
        host.start_agent()
        attached = [attach(host, netns, i) for i in range(count)]
        print("scale: endpoints attached", flush=True)
        results = {"endpoints": count, "attachMillis": machine.summary(attached)}
        results["before"] = control.memory(host.agent.pid)
        results["set"] = whole_set(host, 2 if quick else 5)
        results["tables"] = tables(host)
        print("scale: set in force", flush=True)
        results["changeMillis"] = one_policy(host, 5 if quick else 25)
        results["lateAttachMillis"] = machine.summary(
            [late(host, netns, i) for i in range(count - (5 if quick else 12), count)]
        )
        results["after"] = control.memory(host.agent.pid)
        results["restartSeconds"] = round(host.restart_agent(), 2)
        results["restarted"] = control.memory(host.agent.pid)
    return results


def late(host, netns, i):
    """Attached anew while all policies are in force."""
    host.detach(f"c{i}-e{i}")
    time.sleep(control.QUIET)
    return attach(host, netns, i)
