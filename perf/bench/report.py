"""The tables of docs/performance.md, between its markers, from a result."""

import re

from . import machine

PAGE = machine.ROOT / "docs/performance.md"
MET, MISSED = "yes", "**no**"

# What had changed: FlowSweepBenchmark.moved.
SWEPT = {
    "all": "all of them changed",
    "some": "one in each part of the caches changed",
    "none": "none changed",
}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"


def spread(summary):
    return f"{number(summary['median'])} [{number(summary['low'])}–{number(summary['high'])}]"


def ratio(summary):
    return f"{summary['median']:.3f} [{summary['low']:.3f}–{summary['high']:.3f}]"


class Results:
    """Looks figures up; None where a part was not measured."""

    def __init__(self, results):
        self.parts = results

    def part(self, name):
        return self.parts.get(name, {}).get("results")

    def packet(self, case, flows, program="weir"):
        for each in self.part("packet") or []:
            if (each["case"], each["flows"], each["program"]) == (case, flows, program):
                return each["ns"]
        return None

    def load(self, name):
        return next((each for each in self.part("network") or [] if each["load"] == name), None)

    def network(self, load, subject):
        each = self.load(load)
        return each and each["ratios"][subject]

    def many_against_one(self, load):
        each = self.load(load)
        return each and each.get("manyAgainstOne")

    def control(self, *keys):
        value = self.part("control")
        for key in keys:
            value = None if value is None else value[key]
        return value

    def benchmark(self, name, **parameters):
        for each in self.part("jmh") or []:
            if each["benchmark"] == name and all(each["parameters"].get(k) == v for k, v in parameters.items()):
                return each
        return None


def targets(r):
    """Name, target, reached, met."""
    rows = []

    def most(name, limit, value, unit, shown=None):
        if value is not None:
            rows.append((name, f"≤ {limit} {unit}", f"{shown or number(value)} {unit}", MET if value <= limit else MISSED))

    def least(name, limit, summary):
        if summary is not None:
            rows.append((name, f"≥ {limit}", ratio(summary), MET if summary["median"] >= limit else MISSED))

    def nanos(name, limit, summary):
        if summary is not None:
            most(name, limit, summary["median"], "ns", spread(summary))

    nanos("established packet, 1 flow", 20, r.packet("established", 1))
    nanos("established packet, 65,536 flows at random on one CPU", 100, r.packet("established", 65536))
    nanos("new flow", 450, r.packet("new", 65536))
    nanos("denied SYN", 50, r.packet("denied-syn", 1))
    nanos("denied UDP", 50, r.packet("denied-udp", 1))
    least("TCP ping-pong, of the bare bridge", 0.97, r.network("ping-pong", "weir-1"))
    least("connections per second, of the bare bridge", 0.95, r.network("connections", "weir-1"))
    least("small UDP, of the bare bridge", 0.94, r.network("udp", "weir-1"))
    least("TCP bulk, of the bare bridge", 0.96, r.network("bulk", "weir-1"))
    for load in ("ping-pong", "connections", "udp", "bulk"):
        same = r.many_against_one(load)
        if same:
            met = abs(same["median"] - 1) <= 0.03
            rows.append((f"{load}: 10,000 rules against one", "within 3 %", ratio(same), MET if met else MISSED))
    for moved, words in SWEPT.items():
        sweep = r.benchmark("FlowSweepBenchmark.sweep", flows="1000000", moved=moved)
        if sweep:
            most(f"1,000,000 flows swept, {words}", 50, sweep["median"], "ms")
    if r.part("control"):
        most("CNI ADD, added", 15, r.control("cni", "addedMillis", "median"), "ms", spread(r.control("cni", "addedMillis")))
        writes = r.control("policy", "millis")
        most("policy write enforced, 100 endpoints", 10, writes["median"], "ms", f"{number(writes['median'])} (p99 {number(writes['p99'])})")
        most("agent at rest, of a core", 1, r.control("agent", "idle", "cpuPercent"), "%")
        most("agent at rest, resident", 150, r.control("agent", "idle", "residentMiB"), "MiB")
        most("agent with 100,000 flows, resident", 150, r.control("agent", "busy", "residentMiB"), "MiB")
        slowest = max(each["median"] for each in r.control("commandLine").values())
        most("CLI answer, the slowest command", 200, slowest, "ms")
    return table(("measure", "target", "reached", "met"), rows)


def packets(r):
    programs = ("weir", "weir-65536", "weir-16384", "two-maps", "own-table")
    cases = []
    for each in r.part("packet"):
        if (each["case"], each["flows"]) not in cases:
            cases.append((each["case"], each["flows"]))
    rows = []
    for case, flows in cases:
        cells = [r.packet(case, flows, program) for program in programs]
        rows.append((case.replace("-", " "), f"{flows:,}", *(spread(cell) if cell else "" for cell in cells)))
    return table(("packet", "flows", "Weir, cache of 131,072 (default)", "its cache 65,536", "its cache 16,384", "two maps (`p1`)", "own table (`p3`)"), rows)


def network(r):
    loads = r.part("network")
    rows = [("bare bridge", *(f"{number(load['bare']['median'])} {load['unit']}" for load in loads))]
    names = {"empty": "an empty program on Weir's hooks", "weir": "Weir", "over": "Weir over the bridge", "nft": "nftables"}
    subjects = dict.fromkeys(subject for load in loads for subject in load["ratios"])
    for subject in sorted(subjects, key=lambda each: list(names).index(each.split("-")[0])):
        kind, _, rules = subject.partition("-")
        cells = (load["ratios"].get(subject) for load in loads)
        name = names[kind] + (f", {int(rules):,} rule{'s' if rules != '1' else ''}" if rules else "")
        rows.append((name, *(ratio(cell) if cell else "" for cell in cells)))
    return table(("", *(load["load"] for load in loads)), rows)


def control(r):
    cni, agent = r.control("cni"), r.control("agent")
    rows = [
        ("CNI ADD of the bridge plugin alone", f"{spread(cni['bridgeAddMillis'])} ms"),
        ("added by weir-cni", f"{spread(cni['addedMillis'])} ms"),
        ("weir-cni VERSION / STATUS", f"{spread(cni['versionMillis'])} / {spread(cni['statusMillis'])} ms"),
        ("an empty process, started the same way", f"{spread(cni['emptyProcessMillis'])} ms"),
        (
            f"policy write enforced, {r.control('policy', 'endpoints')} endpoints",
            f"{spread(r.control('policy', 'millis'))} ms, p99 {number(r.control('policy', 'millis', 'p99'))} ms",
        ),
        ("the same, each right after another", f"{spread(r.control('policy', 'burstMillis'))} ms"),
        ("agent start to ready", f"{r.control('startSeconds')} s"),
    ]
    for name in ("idle", "busy"):
        each = agent[name]
        what = "at rest" if name == "idle" else f"at work ({agent['busy']['flows']:,} flows, 25,000 packets/s)"
        rows.append(
            (
                f"agent {what}",
                f"{each['cpuPercent']} % of a core, {each['residentMiB']} MiB resident, of it {each['anonymousMiB']} MiB its own",
            )
        )
    rows += [(f"`weir {name}`", f"{spread(each)} ms") for name, each in r.control("commandLine").items()]
    return table(("", ""), rows)


def scale(r):
    part = r.part("scale")
    entries = part["tables"]

    def resident(when):
        return f"{part[when]['residentMiB']} MiB resident, peak {part[when]['peakMiB']}"

    rows = [
        ("containers", f"{part['endpoints']:,}"),
        ("rows in force", f"{entries['weir_policy']:,}"),
        ("prefixes in force", f"{entries['weir_cidrs_v4']:,}"),
        ("a container attached, without policies", f"{spread(part['attachMillis'])} ms"),
        ("the whole set put in force by one request", f"{spread(part['set']['applyMillis'])} ms"),
        ("all of it removed by one request", f"{spread(part['set']['removeMillis'])} ms"),
        ("one policy of 200 rows changed beside the rest", f"{spread(part['changeMillis'])} ms"),
        ("a container attached beside the rest", f"{spread(part['lateAttachMillis'])} ms"),
        ("agent restarted over those tables, to ready", f"{part['restartSeconds']} s"),
        ("agent before the set", resident("before")),
        ("agent after all of this", resident("after")),
        ("agent after the restart", resident("restarted")),
    ]
    return table(("", ""), rows)


def overhead(r):
    part = r.part("overhead")
    names = {"bare": "bare bridge", "weir-1": "Weir", "nft-1": "nftables, conntrack accounting"}
    rows = []
    for subject, name in names.items():
        cells = []
        for mode in ("keep", "new"):
            for figure in ("p50", "p99"):
                if subject == "bare":
                    cells.append(f"{number(part[mode]['bare'][figure]['median'])} µs")
                else:
                    cells.append(ratio(part[mode]["ratios"][subject][figure]))
        bulk = part["bulk"]
        cells.append(
            f"{number(bulk['bare']['median'])} {bulk['unit']}" if subject == "bare" else ratio(bulk["ratios"][subject])
        )
        rows.append((name, *cells))
    return table(("", "kept open, p50", "p99", "a connection each, p50", "p99", "TCP bulk"), rows)


def load(r):
    part = r.part("load")
    held, fresh = part["held"], part["fresh"]
    rows = [
        ("packets sent", *(f"{each['sent']:,}, {each['packetsPerSecond']:,}/s" for each in (held, fresh))),
        ("flow records open at a time", *(f"{each['live']:,}" for each in (held, fresh))),
        ("agent, of a core", *(f"{each['agentCpuPercent']} %" for each in (held, fresh))),
        ("agent, resident", *(f"{each['residentMiB']} MiB" for each in (held, fresh))),
        ("a sweep", *(f"{spread(each['sweepMillis'])} ms" for each in (held, fresh))),
        ("of it for 100,000 flows", *(f"{each['sweepMillisPer100000']} ms" for each in (held, fresh))),
        ("`GET /v1/flows?last=100` meanwhile", *(f"{spread(each['answerMillis'])} ms" for each in (held, fresh))),
        ("entries that made room before they were read", *(f"{each['evicted']:,}" for each in (held, fresh))),
        ("packets in records, at the end", *(f"{each['recorded']:,}" for each in (held, fresh))),
        ("in records that memory let go", *(f"{each['pushedOut']:,}" for each in (held, fresh))),
        ("in no record: too many were evicted at a time", *(f"{each['overflow']:,}" for each in (held, fresh))),
        ("unaccounted for", *(f"{each['unaccounted']:,}" for each in (held, fresh))),
    ]
    return table(
        (
            f"{part['containers']} containers",
            f"{part['concurrent']:,} flows, {part['turns']} packets each",
            f"then {part['rate']:,} new flows a second for {part['seconds']} s",
        ),
        rows,
    )


def benchmarks(r):
    rows = []
    for each in r.part("jmh"):
        parameters = ", ".join(f"{key} {value}" for key, value in each["parameters"].items())
        rows.append((each["benchmark"], parameters, f"{each['median']:.3g} (p99 {each['p99']:.3g}) {each['unit']}"))
    return table(("benchmark", "parameters", "median"), rows)


def measured_on(r):
    lines = []
    for part, each in r.parts.items():
        m = each["machine"]
        lines.append((part, m["date"], m["commit"], m["kernel"], f"{m['cpus']} × {m['cpu']}, {m['memoryMiB'] // 1024} GiB", m["load"]))
    return table(("part", "date", "commit", "kernel", "machine", "load before"), lines)


def write(results):
    r = Results(results)
    page = PAGE.read_text()
    parts = {"machine": measured_on, "targets": targets}
    for name, render, needs in (
        ("packet", packets, "packet"),
        ("network", network, "network"),
        ("overhead", overhead, "overhead"),
        ("control", control, "control"),
        ("scale", scale, "scale"),
        ("load", load, "load"),
        ("benchmarks", benchmarks, "jmh"),
    ):
        if r.part(needs):
            parts[name] = render
    for name, render in parts.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        page, found = re.subn(pattern, lambda match: match[1] + render(r) + "\n" + match[2], page, flags=re.S)
        if not found:
            raise RuntimeError(f"{PAGE}: no <!-- {name} --> (expected: a marker for each table)")
    PAGE.write_text(page)
