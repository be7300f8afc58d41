package dev.weir.controller.app;

import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the agent can be told; {@code etc/weir.yaml} has each with its default.
 *
 * @param socket Unix socket of the REST API
 * @param stateDir what survives a restart
 * @param bpffs where programs and tables are pinned
 * @param nodeName this node in flow records
 * @param attach {@code auto}, {@code tcx} or {@code clsact}
 * @param hostPolicy the node is judged like any peer
 * @param listen TCP side of the REST API
 * @param rest limits of the REST API
 * @param xdp where the XDP program is
 * @param tables sizes
 * @param timeouts of idle connections
 * @param flows sweep and history
 */
public record AgentSettings(
        Path socket,
        Path stateDir,
        Path bpffs,
        String nodeName,
        String attach,
        boolean hostPolicy,
        Listen listen,
        Rest rest,
        Xdp xdp,
        Tables tables,
        Timeouts timeouts,
        Flows flows) {

    /** TCP side of the REST API; empty address: none. */
    public record Listen(
            Optional<InetSocketAddress> address,
            Optional<Path> tlsCert,
            Optional<Path> tlsKey,
            Optional<Path> tokenFile) {}

    /** Limits of the REST API; {@code bodyLimit} in bytes. */
    public record Rest(int bodyLimit, Duration requestTimeout, Duration idleTimeout) {}

    /**
     * Where the XDP program is.
     *
     * @param mode {@code auto}, {@code native}, {@code generic} or {@code off}
     * @param threshold auto: denied packets a second and CPU that put it on a veth
     * @param release auto: below this many it comes off again
     * @param hold auto: how long below before it comes off
     */
    public record Xdp(String mode, long threshold, long release, Duration hold) {}

    /** Sizes in entries; {@code events} in bytes. */
    public record Tables(
            int endpoints,
            int flowsPerCpu,
            int deniedPerCpu,
            int conntrack,
            int peers,
            int cidrs,
            int policy,
            int rules,
            int fragments,
            int events) {}

    /** Sweep interval, and memory for past records in bytes. */
    public record Flows(Duration sweep, long history) {}

    /** What holds when nothing is said. */
    public static AgentSettings defaults() {
        return new SettingsReader().read("defaults", "", Map.of());
    }
}
