"""Runs the parts, writes the JSON, and on --reference the tables of docs/performance.md."""

import argparse
import json
import signal
import sys
import time

from . import control, jmh, load, machine, network, overhead, packet, report, scale

PARTS = {
    "packet": packet.run,
    "network": network.run,
    "overhead": overhead.run,
    "control": control.run,
    "scale": scale.run,
    "load": load.run,
    "jmh": jmh.run,
}
RESULTS = machine.ROOT / "perf/results"
REFERENCE = RESULTS / "reference.json"


def main():
    parser = argparse.ArgumentParser(prog="bench.sh")
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="a rehearsal of a minute")
    parser.add_argument("--reference", action="store_true", help="keep the result and write docs/performance.md")
    parser.add_argument("--render", action="store_true", help="only write docs/performance.md from the reference")
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"{part} (expected: {', '.join(PARTS)})")
    if not options.render:
        measure(options)
    if options.reference or options.render:
        report.write(json.loads(REFERENCE.read_text()))
    return 0


def measure(options):
    RESULTS.mkdir(exist_ok=True)
    results = {}
    if options.reference and REFERENCE.exists():
        results = json.loads(REFERENCE.read_text())
    path = REFERENCE if options.reference else RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    for part in options.parts or PARTS:
        print(f"{part} ...", flush=True)
        results[part] = {"machine": machine.description(), "results": PARTS[part](options.quick)}
        path.write_text(json.dumps(results, indent=1) + "\n")
    print(path)


# As Ctrl-C does: what was made is taken away on the way out.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
sys.exit(main())
