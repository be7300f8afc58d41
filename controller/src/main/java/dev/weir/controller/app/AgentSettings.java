package dev.weir.controller.app;

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
 * @param grace whether waits for the kernel are expedited
 * @param hostPolicy the node is judged like any peer
 * @param listen TCP side of the REST API
 * @param rest limits of the REST API
 * @param conflists CNI networks' files into whose chains the plugin is put back
 * @param xdp where the XDP program is, and when
 * @param tables sizes
 * @param timeouts of idle connections
 * @param flows sweep and history
 */
public record AgentSettings(
        Path socket,
        Path stateDir,
        Path bpffs,
        String nodeName,
        AttachMode attach,
        GraceMode grace,
        boolean hostPolicy,
        Listen listen,
        Rest rest,
        List<Path> conflists,
        ShieldSettings xdp,
        TableSizes tables,
        Timeouts timeouts,
        Flows flows) {

    /** TCP side of the REST API; empty address: none. */
    public record Listen(
            Optional<InetSocketAddress> address,
            Optional<Path> tlsCert,
            Optional<Path> tlsKey,
            Optional<Path> tokenFile) {}

    /** Limits of the REST API; {@code bodyLimit} in bytes. */
    public record Rest(
            int bodyLimit, Duration requestTimeout, Duration answerTimeout, Duration idleTimeout) {}

    /** Sweep interval, how often open flows are reported, and memory for records in bytes. */
    public record Flows(Duration sweep, Duration report, long history) {}

    /** What holds when nothing is said. */
    public static AgentSettings defaults() {
        return new SettingsReader().read("defaults", "", Map.of());
    }
}
