"""The machine: its description, commands, and namespaces that are gone afterwards."""

import contextlib
import ctypes
import json
import os
import pathlib
import platform
import re
import signal
import socket
import http.client
import statistics
import subprocess
import tempfile
import shutil
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "perf/target/tools"
WEIR = pathlib.Path(os.environ.get("WEIR_DIST", ROOT / "target/weir")) / "bin/weir"
LOAD_LIMIT = 1.5
TYPES = {"PATCH": "application/merge-patch+json"}
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def text(path):
    return pathlib.Path(path).read_text()


def description():
    cpu = re.search(r"model name\s*: (.*)", text("/proc/cpuinfo"))
    return {
        "cpu": cpu.group(1) if cpu else platform.machine(),
        "cpus": os.cpu_count(),
        "memoryMiB": int(re.search(r"MemTotal:\s+(\d+)", text("/proc/meminfo")).group(1)) // 1024,
        "kernel": platform.release(),
        "java": subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.split("\n")[0],
        "commit": output(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]).strip(),
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "load": round(os.getloadavg()[0], 2),
    }


def wait_until_quiet(quick, patience=20):
    """Other work on the machine is the largest error: waits a while for it to end."""
    deadline = time.monotonic() + (0 if quick else patience)
    while os.getloadavg()[0] > LOAD_LIMIT and time.monotonic() < deadline:
        time.sleep(2)


def summary(values, digits=2):
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), digits),
        "low": round(ordered[len(ordered) // 4], digits),
        "high": round(ordered[-1 - len(ordered) // 4], digits),
        "p99": round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], digits),
        "samples": len(ordered),
    }


def output(command, **options):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def within(namespace, command):
    return ["nsenter", f"--net=/run/netns/{namespace}", "--", *map(str, command)]


@contextlib.contextmanager
def inside(namespace):
    """This thread is in it, and what it starts: nsenter would be one more program to wait for."""
    here, there = os.open("/proc/thread-self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if LIBC.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), namespace)
        yield
    finally:
        LIBC.setns(here, CLONE_NEWNET)
        os.close(here)
        os.close(there)


def interface_counters(namespace, interface):
    """Received bytes and packets."""
    with inside(namespace):
        lines = text("/proc/thread-self/net/dev")
    fields = re.search(rf"^\s*{interface}:\s*(.*)$", lines, re.M).group(1).split()
    return int(fields[0]), int(fields[1])


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("weir", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Host:
    """
    A host in a namespace of its own with a bridge; containers hang on it. Use it in a with.
    settings are more flags of its agent.
    """

    def __init__(self, settings=()):
        self.settings = list(settings)
        self.name = f"weirperf{os.getpid()}"
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="weir-perf-"))
        self.socket = self.work / "weir.sock"
        self.bpffs = self.work / "bpf"
        self.namespaces = []
        self.processes = []
        self.agent = None
        self.api = None

    def __enter__(self):
        try:
            self.namespace(self.name)
            self.run(["ip", "link", "add", "br0", "type", "bridge", "forward_delay", "0"])
            self.run(["ip", "addr", "add", "198.18.255.1/16", "dev", "br0"])
            self.run(["ip", "link", "set", "br0", "up"])
            self.bridge_netfilter(False)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            self.end(process)
        if self.agent:
            self.end(self.agent)
        if self.bpffs.exists():
            subprocess.run(
                within(self.name, [WEIR, "agent", *self.agent_flags(), "--detach-all"]), capture_output=True
            )
            subprocess.run(["umount", self.bpffs], capture_output=True)
        for name in reversed(self.namespaces):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        shutil.rmtree(self.work, ignore_errors=True)

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def namespace(self, name):
        output(["ip", "netns", "add", name])
        self.namespaces.append(name)
        output(["ip", "-n", name, "link", "set", "lo", "up"])

    def run(self, command, **options):
        return output(within(self.name, command), **options)

    def bridge_netfilter(self, on):
        switch = pathlib.Path("/proc/sys/net/bridge")
        if not switch.exists():
            output(["modprobe", "br_netfilter"])
        for family in ("iptables", "ip6tables"):
            self.run(["sysctl", "-qw", f"net.bridge.bridge-nf-call-{family}={int(on)}"])

    def container(self, short, address):
        """A namespace with eth0; its host side is on the bridge. Returns its name."""
        name = f"{self.name}{short}"
        self.namespace(name)
        self.run(["ip", "link", "add", f"v{short}", "type", "veth", "peer", "name", "eth0", "netns", name])
        self.run(["ip", "link", "set", f"v{short}", "master", "br0", "up"])
        output(["ip", "-n", name, "addr", "add", f"{address}/16", "dev", "eth0"])
        output(["ip", "-n", name, "link", "set", "eth0", "up"])
        return name

    def start(self, namespace, cpu, command, **options):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
        process = subprocess.Popen(within(namespace, ["taskset", "-c", cpu, *command]), **options)
        self.processes.append(process)
        return process

    def stop(self, process):
        self.end(process)
        self.processes.remove(process)

    def agent_flags(self):
        paths = ["--socket", self.socket, "--state-dir", self.work / "state", "--bpffs", self.bpffs / "weir"]
        return paths + self.settings

    def start_agent(self):
        self.bpffs.mkdir()
        output(["mount", "-t", "bpf", "weir-perf", self.bpffs])
        return self.run_agent()

    def restart_agent(self):
        """Ends it and starts another, which takes over what the tables hold."""
        self.end(self.agent)
        self.api = None
        return self.run_agent()

    def run_agent(self):
        """Seconds until it is ready."""
        started = time.monotonic()
        with open(self.work / "agent.log", "w") as log:
            self.agent = subprocess.Popen(
                [str(each) for each in within(self.name, [WEIR, "agent", *self.agent_flags()])],
                stdout=log,
                stderr=log,
            )
        while not self.ready():
            if self.agent.poll() is not None or time.monotonic() - started > 60:
                raise RuntimeError("agent: " + text(self.work / "agent.log"))
            time.sleep(0.01)
        return time.monotonic() - started

    def ready(self):
        try:
            self.request("GET", "/readyz")
            return True
        except (OSError, RuntimeError, http.client.HTTPException):
            return False

    def request(self, method, path, body=None):
        if self.api is None:
            self.api = UnixConnection(self.socket)
        try:
            self.api.request(
                method,
                path,
                None if body is None else json.dumps(body),
                {"Content-Type": TYPES.get(method, "application/json")} if body is not None else {},
            )
            answer = self.api.getresponse()
            data = answer.read()
        except BaseException:
            self.api.close()
            self.api = None
            raise
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:300]}")
        return json.loads(data) if data.startswith((b"{", b"[")) else data

    def attach(self, namespace, pod, labels):
        answer = self.request(
            "POST",
            "/v1/endpoints",
            {"netns": f"/run/netns/{namespace}", "namespace": "default", "pod": pod, "labels": labels},
        )
        return answer["id"]

    def wait_for_redirect(self, seconds=5):
        """Until the agent has looked whether frames go past the bridge."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            state = self.request("GET", "/v1/status")["hooks"].get("redirect")
            if state is None or state["on"] or state["mode"] == "off":
                return
            time.sleep(0.02)
        raise RuntimeError(f"redirect: {state}")

    def label(self, endpoint, labels):
        """Sets them, or takes those away that are None."""
        self.request("PATCH", f"/v1/endpoints/{endpoint}", {"labels": labels})

    def detach(self, endpoint):
        self.request("DELETE", f"/v1/endpoints/{endpoint}")

    def policy(self, name, spec):
        self.request(
            "PUT",
            f"/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/{name}",
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "namespace": "default"},
                "spec": spec,
            },
        )
