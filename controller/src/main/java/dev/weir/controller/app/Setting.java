package dev.weir.controller.app;

import dev.weir.dataplane.TableSizes;
import java.util.Locale;

/** Every setting: its key in {@code weir.yaml}, its flag, what it may be, and its default. */
enum Setting {
    SOCKET("socket", SettingType.PATH, "/run/weir/weir.sock", "Unix socket of the REST API"),
    STATE_DIR("stateDir", SettingType.PATH, "/var/lib/weir", "what survives a restart"),
    BPFFS("bpffs", SettingType.PATH, "/sys/fs/bpf/weir", "where programs and tables are pinned"),
    NODE_NAME("nodeName", SettingType.TEXT, "", "this node in flow records; empty: host name"),
    ATTACH("attach", SettingType.choice("auto", "tcx", "clsact"), "auto", "how TC is attached"),
    ATTACH_TO(
            "attachTo",
            SettingType.choice("cni", "all-veths"),
            "cni",
            "which containers are attached by themselves"),
    GRACE_PERIODS(
            "gracePeriods",
            SettingType.choice("auto", "normal"),
            "auto",
            "waits for the kernel when programs or rows are replaced"),
    HOST_TRAFFIC(
            "hostTraffic",
            SettingType.choice("allow", "policy"),
            "allow",
            "traffic between a container and its own node"),

    LOCAL_REDIRECT(
            "localRedirect",
            SettingType.choice("auto", "off"),
            "auto",
            "frames between two containers of one bridge"),

    LISTEN("listen.address", "--listen", SettingType.ADDRESS, "", "TCP; empty: off"),
    TLS_CERT("listen.tlsCert", "--tls-cert", SettingType.PATH, "", "PEM chain"),
    TLS_KEY("listen.tlsKey", "--tls-key", SettingType.PATH, "", "PEM, PKCS #8"),
    TOKEN_FILE("listen.tokenFile", "--token-file", SettingType.PATH, "", "bearer token, one line"),
    BODY_LIMIT("rest.bodyLimit", SettingType.BYTES, "3MiB", "larger request bodies get 413"),
    REQUEST_TIMEOUT("rest.requestTimeout", SettingType.DURATION, "10s", "slower ones get 408"),
    ANSWER_TIMEOUT("rest.answerTimeout", SettingType.DURATION, "30s", "later answers become a 504"),
    IDLE_TIMEOUT("rest.idleTimeout", SettingType.DURATION, "5m", "of a connection"),

    CNI_CONFLISTS(
            "cni.conflists",
            SettingType.PATHS,
            "",
            "CNI networks' files into whose chains the agent puts weir-cni back"),

    XDP(
            "xdp.mode",
            "--xdp",
            SettingType.choice("auto", "native", "generic", "off"),
            "auto",
            "where the XDP program is"),
    XDP_THRESHOLD(
            "xdp.threshold",
            SettingType.number(2, 1_000_000_000),
            "600000",
            "auto: denied packets a second and CPU that put it on a veth"),
    XDP_CALM(
            "xdp.calm",
            SettingType.DURATION,
            "5s",
            "auto: how long below half of that before it comes off"),
    XDP_INTERVAL("xdp.interval", SettingType.DURATION, "1s", "auto: time between two looks"),

    TABLE_ENDPOINTS("tables.endpoints", SettingType.number(64, 16_384), "4096", "entries"),
    TABLE_FLOWS(
            "tables.flowsPerCpu",
            SettingType.numberOrAuto(1_024, 4_194_304, TableSizes.AUTO),
            "auto",
            "entries, a power of two; auto: 131072, fewer where there are more than 4 CPUs"),
    TABLE_DENIED(
            "tables.deniedPerCpu",
            SettingType.number(64, 1_048_576),
            "1024",
            "entries, a power of two"),
    TABLE_CONNTRACK("tables.conntrack", SettingType.number(1_024, 16_777_216), "262144", "entries"),
    TABLE_PEERS("tables.peers", SettingType.number(1_024, 16_777_216), "524288", "entries"),
    TABLE_CIDRS("tables.cidrs", SettingType.number(64, 4_194_304), "131072", "entries a family"),
    TABLE_POLICY("tables.policy", SettingType.number(1_024, 16_777_216), "1048576", "rows"),
    TABLE_RULES("tables.rules", SettingType.number(64, 65_536), "65536", "entries"),
    TABLE_FRAGMENTS("tables.fragments", SettingType.number(64, 1_048_576), "8192", "entries"),
    TABLE_EVENTS("tables.events", SettingType.BYTES, "4MiB", "evicted entries, a power of two"),

    TCP_SYN("timeouts.tcpSyn", SettingType.DURATION, "60s", "idle"),
    TCP_ESTABLISHED("timeouts.tcpEstablished", SettingType.DURATION, "8h", "idle"),
    TCP_CLOSING("timeouts.tcpClosing", SettingType.DURATION, "10s", "idle"),
    UDP("timeouts.udp", SettingType.DURATION, "30s", "idle"),
    UDP_REPLIED("timeouts.udpReplied", SettingType.DURATION, "180s", "idle"),
    ICMP("timeouts.icmp", SettingType.DURATION, "10s", "idle"),
    OTHER("timeouts.other", SettingType.DURATION, "60s", "idle"),

    FLOW_SWEEP("flows.sweep", SettingType.DURATION, "1s", "how often the flow cache is read"),
    FLOW_REPORT(
            "flows.report", SettingType.DURATION, "10s", "open flows are streamed again after it"),
    FLOW_HISTORY("flows.history", SettingType.BYTES, "32MiB", "memory for past flow records"),
    FLOW_DNS(
            "flows.dns",
            SettingType.choice("true", "false"),
            "true",
            "DNS messages of containers are read: names of peers, codes, latency"),
    FLOW_PROCESSES(
            "flows.processes",
            SettingType.choice("true", "false"),
            "true",
            "whose processes open and take the containers' TCP connections"),

    METRICS_LEVEL(
            "metrics.level",
            SettingType.choice("workload", "container"),
            "workload",
            "what traffic is told apart by in /metrics"),
    METRICS_SERIES(
            "metrics.series",
            SettingType.number(200, 1_000_000),
            "10000",
            "series of workloads, containers and rules in /metrics; the others are summed"),

    EXPORT_INTERVAL(
            "export.interval",
            SettingType.DURATION,
            "60s",
            "an open flow is exported again after it"),
    EXPORT_FLOWS(
            "export.flows",
            SettingType.number(1_024, 16_777_216),
            "65536",
            "open flows with reports in between; others are exported when they end"),
    EXPORT_QUEUE(
            "export.queue",
            SettingType.number(64, 1_048_576),
            "8192",
            "reports that may wait for one export"),
    JSONL_FILE("export.jsonl.file", SettingType.PATH, "", "lines of JSON; empty: off"),
    JSONL_SIZE("export.jsonl.maxSize", SettingType.BYTES, "100MiB", "a larger file is put aside"),
    JSONL_AGE("export.jsonl.maxAge", SettingType.DURATION, "24h", "an older file is put aside"),
    JSONL_FILES("export.jsonl.maxFiles", SettingType.number(0, 1_000), "5", "files put aside"),
    JSONL_SYNC(
            "export.jsonl.fsync",
            SettingType.choice("never", "rotate", "batch"),
            "rotate",
            "when the file is synced to the disk"),
    IPFIX_COLLECTOR("export.ipfix.collector", SettingType.ADDRESS, "", "host:port; empty: off"),
    IPFIX_TRANSPORT(
            "export.ipfix.transport", SettingType.choice("udp", "tcp"), "udp", "to the collector"),
    IPFIX_DOMAIN(
            "export.ipfix.domain",
            SettingType.number(0, Integer.MAX_VALUE),
            "1",
            "observation domain id"),
    IPFIX_ENTERPRISE(
            "export.ipfix.enterprise",
            SettingType.number(0, Integer.MAX_VALUE),
            "0",
            "your enterprise number, for names and verdicts; 0: only standard fields"),
    IPFIX_TEMPLATES(
            "export.ipfix.templates",
            SettingType.DURATION,
            "60s",
            "over UDP, templates are sent again after it"),
    IPFIX_MESSAGE(
            "export.ipfix.messageBytes",
            SettingType.number(512, 65_000),
            "1400",
            "largest message"),
    OTLP_ENDPOINT("export.otlp.endpoint", SettingType.URL, "", "OTLP over HTTP; empty: off"),
    OTLP_SIGNALS(
            "export.otlp.signals",
            SettingType.choice("both", "logs", "metrics"),
            "both",
            "what is sent"),
    OTLP_INTERVAL("export.otlp.interval", SettingType.DURATION, "60s", "metrics are sent after it"),
    OTLP_TIMEOUT("export.otlp.timeout", SettingType.DURATION, "10s", "of a request"),
    OTLP_COMPRESSION(
            "export.otlp.compression", SettingType.choice("gzip", "none"), "gzip", "of requests"),
    OTLP_HEADERS(
            "export.otlp.headersFile",
            SettingType.PATH,
            "",
            "more headers, one a line: name: value"),

    COSTS_PROGRAMS(
            "costs.programs",
            SettingType.choice("true", "false"),
            "false",
            "the kernel measures how long each program runs"),
    BUDGET_CPU(
            "budget.cpu",
            SettingType.percentOrNone(100_000),
            "none",
            "CPU of the agent in percent of one core, before it sheds work"),
    BUDGET_MEMORY(
            "budget.memory",
            SettingType.BYTES_OR_NONE,
            "none",
            "resident memory of the agent before it sheds work"),
    BUDGET_CALM(
            "budget.calm",
            SettingType.DURATION,
            "60s",
            "how long below four fifths of it before work comes back");

    private final String key;
    private final String flag;
    private final SettingType type;
    private final String byDefault;
    private final String text;

    Setting(final String key, final SettingType type, final String byDefault, final String text) {
        this(key, flagOf(key), type, byDefault, text);
    }

    Setting(
            final String key,
            final String flag,
            final SettingType type,
            final String byDefault,
            final String text) {
        this.key = key;
        this.flag = flag;
        this.type = type;
        this.byDefault = byDefault;
        this.text = text;
    }

    /** Dotted path in {@code weir.yaml}. */
    String key() {
        return key;
    }

    String flag() {
        return flag;
    }

    SettingType type() {
        return type;
    }

    /** As it would stand in the file. */
    String byDefault() {
        return byDefault;
    }

    /** For the help. */
    String text() {
        return text;
    }

    /** {@code tables.flowsPerCpu} is {@code --tables-flows-per-cpu}. */
    private static String flagOf(final String key) {
        return "--" + key.replaceAll("([A-Z])", "-$1").replace('.', '-').toLowerCase(Locale.ROOT);
    }
}
