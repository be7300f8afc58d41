package dev.weir.controller.app;

import dev.weir.controller.export.ExportSettings;
import dev.weir.controller.export.ipfix.IpfixSettings;
import dev.weir.controller.export.jsonl.JsonLinesSettings;
import dev.weir.controller.export.otlp.OtlpSettings;
import dev.weir.controller.redirect.RedirectMode;
import dev.weir.controller.shield.ShieldSettings;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the agent can be told; {@code etc/weir.yaml} has each with its default.
 *
 * @param socket Unix socket of the REST API
 * @param stateDir what survives a restart
 * @param bpffs where programs and tables are pinned
 * @param nodeName this node in flow records
 * @param attach how TC is attached
 * @param attachAll every veth is attached, not only those that the CNI told of
 * @param grace whether waits for the kernel are expedited
 * @param hostPolicy the node is judged like any peer
 * @param redirect whether frames between containers of one bridge are redirected past it
 * @param listen TCP side of the REST API
 * @param rest limits of the REST API
 * @param conflists CNI networks' files into whose chains the plugin is put back
 * @param xdp where the XDP program is, and when
 * @param tables sizes
 * @param timeouts of idle connections
 * @param flows sweep and history
 * @param metrics how fine {@code /metrics} is
 * @param exports where flows go
 * @param costs what the agent may cost, and whether programs are measured
 */
public record AgentSettings(
        Path socket,
        Path stateDir,
        Path bpffs,
        String nodeName,
        AttachMode attach,
        boolean attachAll,
        GraceMode grace,
        boolean hostPolicy,
        RedirectMode redirect,
        Listen listen,
        Rest rest,
        List<Path> conflists,
        ShieldSettings xdp,
        TableSizes tables,
        Timeouts timeouts,
        Flows flows,
        Metrics metrics,
        Exports exports,
        Costs costs) {

    /** TCP side of the REST API; empty address: none. */
    public record Listen(
            Optional<InetSocketAddress> address,
            Optional<Path> tlsCert,
            Optional<Path> tlsKey,
            Optional<Path> tokenFile) {}

    /** Limits of the REST API; {@code bodyLimit} in bytes. */
    public record Rest(
            int bodyLimit, Duration requestTimeout, Duration answerTimeout, Duration idleTimeout) {}

    /**
     * Sweep interval, how often open flows are reported, memory for records in bytes, and whether
     * DNS is read, and processes are looked up.
     */
    public record Flows(
            Duration sweep, Duration report, long history, boolean dns, boolean processes) {}

    /** Labels by container or workload, and how many series they may make. */
    public record Metrics(boolean containers, int series) {}

    /** Where flows go; empty: off. */
    public record Exports(
            ExportSettings shared,
            Optional<JsonLinesSettings> jsonl,
            Optional<IpfixSettings> ipfix,
            Optional<OtlpSettings> otlp) {}

    /** Whether programs are measured; CPU in percent of a core and memory in bytes, 0 = any. */
    public record Costs(boolean programs, int cpuPercent, long memory, Duration calm) {}

    /** What holds when nothing is said. */
    public static AgentSettings defaults() {
        return new SettingsReader().read("defaults", "", Map.of());
    }
}
