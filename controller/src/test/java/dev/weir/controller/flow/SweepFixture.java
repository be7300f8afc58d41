package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import dev.weir.dataplane.table.CounterTable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A sweep over a simulated datapath, and what must be true of it. */
final class SweepFixture {
    final SimulatedDatapath datapath;
    final KnownNames names = new KnownNames();
    final FlowLedger ledger;
    final EndpointLives lives;
    final CacheSweep flows;
    final CacheSweep denied;
    long nanos;
    private long jiffies = 1L << 32;

    SweepFixture(final SimulatedDatapath datapath, final long memoryBytes) {
        this.datapath = datapath;
        this.lives = new EndpointLives(names);
        this.ledger =
                new FlowLedger(
                        memoryBytes,
                        lives,
                        new FlowExpiry(Timeouts.defaults(), millis -> (int) (millis / 4)));
        this.flows =
                CacheSweep.ofFlows(datapath.flowRegions(), () -> nanos, ledger, lives, this::drain);
        this.denied = CacheSweep.ofDenied(datapath.deniedRegions(), ledger, lives, this::drain);
    }

    void drain() {
        datapath.poll(
                (type, cpu, slot, buffer, offset) ->
                        (type == SimulatedDatapath.FLOW_EVICTED ? flows : denied)
                                .onEvicted(cpu, slot, buffer, offset),
                Integer.MAX_VALUE);
    }

    int sweep() {
        jiffies += datapath.clock.now() - (int) jiffies;
        ledger.startSweep(jiffies, false);
        drain();
        nanos += TimeUnit.SECONDS.toNanos(1);
        datapath.pass(datapath.clock.hz());
        final int settled = datapath.clock.now() - datapath.clock.jiffies(600);
        final int unfinished = datapath.unfinishedSince();
        final int changed = flows.scan() + denied.scan();
        datapath.control.flowsKnown(settled - unfinished < 0 ? settled : unfinished);
        return changed;
    }

    /** The datapath is at rest: flows + overflow = counters, for each endpoint and direction. */
    void assertExact() {
        sweep();
        sweep();
        final CounterTable counters = datapath.counterTable();
        for (int endpoint = 1; endpoint < SimulatedDatapath.ENDPOINTS; endpoint++) {
            final EndpointLife life = lives.known(endpoint);
            final Counts attributed = life == null ? new Counts() : life.attributed;
            final Counts twice = life == null ? new Counts() : life.twice;
            assertThat(attributed.packetsIn + overflow(counters, endpoint, Direction.INGRESS))
                    .as("packets in of endpoint %d", endpoint)
                    .isEqualTo(counted(counters, endpoint, Direction.INGRESS) + twice.packetsIn);
            assertThat(attributed.packetsOut + overflow(counters, endpoint, Direction.EGRESS))
                    .as("packets out of endpoint %d", endpoint)
                    .isEqualTo(counted(counters, endpoint, Direction.EGRESS) + twice.packetsOut);
            assertThat(attributed.bytesIn + overflowBytes(counters, endpoint, Direction.INGRESS))
                    .as("bytes in of endpoint %d", endpoint)
                    .isEqualTo(bytes(counters, endpoint, Direction.INGRESS) + twice.bytesIn);
            assertThat(attributed.bytesOut + overflowBytes(counters, endpoint, Direction.EGRESS))
                    .as("bytes out of endpoint %d", endpoint)
                    .isEqualTo(bytes(counters, endpoint, Direction.EGRESS) + twice.bytesOut);
        }
    }

    private static long counted(
            final CounterTable counters, final int endpoint, final Direction direction) {
        return counters.packets(endpoint, direction, Reason.POLICY)
                + counters.packets(endpoint, direction, Reason.NO_RULE);
    }

    private static long bytes(
            final CounterTable counters, final int endpoint, final Direction direction) {
        return counters.bytes(endpoint, direction, Reason.POLICY)
                + counters.bytes(endpoint, direction, Reason.NO_RULE);
    }

    private static long overflow(
            final CounterTable counters, final int endpoint, final Direction direction) {
        return counters.overflowPackets(endpoint, direction)
                + counters.deniedOverflowPackets(endpoint, direction);
    }

    private static long overflowBytes(
            final CounterTable counters, final int endpoint, final Direction direction) {
        return counters.overflowBytes(endpoint, direction)
                + counters.deniedOverflowBytes(endpoint, direction);
    }

    /** Packets of all rows by "endpoint remote localPort remotePort created", both directions. */
    Map<String, Long> packetsByConnection() {
        final Map<String, Long> packets = new HashMap<>();
        ledger.forEach(
                flow ->
                        packets.merge(
                                flow.endpoint()
                                        + " "
                                        + (flow.remote().low() & 0xFFFF)
                                        + " "
                                        + (flow.isDenied() ? "denied" : flow.created())
                                        + " "
                                        + (flow.isDenied() ? 0 : flow.localPort())
                                        + " "
                                        + flow.remotePort(),
                                flow.packets(Direction.INGRESS) + flow.packets(Direction.EGRESS),
                                Long::sum));
        return packets;
    }
}
