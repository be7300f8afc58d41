"""ns a packet above an empty program, by BPF_PROG_TEST_RUN."""

from . import machine


def run(quick):
    rounds, repeat = (3, 50_000) if quick else (11, 200_000)
    machine.wait_until_quiet(quick)
    lines = machine.output([machine.TOOLS / "packet_run", machine.TOOLS, rounds, repeat]).split("\n")
    samples = {}
    for line in filter(None, lines):
        case, flows, program, ns = line.split()
        samples.setdefault((case, int(flows), program), []).append(float(ns))
    return [
        {"case": case, "flows": flows, "program": program, "ns": machine.summary(values)}
        for (case, flows, program), values in samples.items()
    ]
