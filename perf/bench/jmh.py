"""The JMH benchmarks of perf/src/main/java, in JVMs of their own."""

import json

from . import machine


def run(quick):
    answer = machine.ROOT / "perf/target/jmh.json"
    answer.unlink(missing_ok=True)
    depth = ["-wi", 1, "-i", 1, "-f", 1, "-r", "100ms", "-w", "100ms"] if quick else ["-f", 1, "-r", "1s", "-w", "1s"]
    machine.output(
        [
            "java",
            *"--add-opens java.base/jdk.internal.misc=ALL-UNNAMED -Dagrona.disable.bounds.checks=true -XX:+UseSerialGC -Xmx3g".split(),
            f"-Dweir.lib={machine.ROOT / 'target/weir/lib'}",
            f"-Dweir.objects={machine.ROOT / 'target/weir/lib/bpf'}",
            "-cp",
            f"{machine.ROOT / 'perf/target/classes'}:{machine.ROOT / 'perf/target/lib'}/*",
            "org.openjdk.jmh.Main",
            *depth,
            "-rf",
            "json",
            "-rff",
            answer,
        ]
    )
    return [
        {
            "benchmark": ".".join(each["benchmark"].split(".")[-2:]),
            "parameters": each.get("params", {}),
            "mode": each["mode"],
            "score": round(each["primaryMetric"]["score"], 3),
            "median": round(each["primaryMetric"]["scorePercentiles"]["50.0"], 3),
            "p99": round(each["primaryMetric"]["scorePercentiles"]["99.0"], 3),
            "unit": each["primaryMetric"]["scoreUnit"],
        }
        for each in json.loads(answer.read_text())
    ]
