package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.OnCpu;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Known packets into the shipped programs: flows + overflow = counters, error zero. */
@KernelTest
class FlowSweepIT {
    @RegisterExtension static final ProgramUnderTest weir = new ProgramUnderTest();

    private static final int ENDPOINT = 1;
    private static final String OWN = "10.1.0.2";
    private static final String PEER = "10.9.0.3";

    private final KnownNames names = new KnownNames();
    private FlowSweep sweep;

    @BeforeEach
    void attach() {
        weir.endpoint(ENDPOINT, OWN);
        names.endpoints.put(
                ENDPOINT, KnownNames.endpoint(ENDPOINT, "client", Map.of(), IpAddress.parse(OWN)));
        sweep =
                new FlowSweep(
                        FlowSettings.defaults("n1"),
                        weir.dataplane().flows(),
                        weir.dataplane().denied(),
                        weir.dataplane().control(),
                        weir.dataplane().counters(),
                        weir.dataplane().events(),
                        weir.dataplane().clock(),
                        names);
        sweep.attached(names.endpoints.get(ENDPOINT), Optional.empty());
    }

    private static byte[] out(final int sourcePort) {
        return Packets.ip(OWN, PEER).udp(sourcePort, 53).payload(40).build();
    }

    private static byte[] in(final int destinationPort) {
        return Packets.ip(PEER, OWN).udp(53, destinationPort).payload(200).build();
    }

    /** Sums of all records, and what the counters say beside them. */
    private void assertExact(final long packets, final long bytes) {
        final FlowAnswer answer = sweep.history().query(FlowQuery.ALL);
        final ContainerStats stats = sweep.statistics().read(ENDPOINT).orElseThrow();
        assertThat(answer.completeness().pushedOut()).isZero();
        assertThat(packets(answer.items()) + stats.overflow().packets()).isEqualTo(packets);
        assertThat(bytes(answer.items()) + stats.overflow().bytes()).isEqualTo(bytes);
        assertThat(counted(stats).packets()).isEqualTo(packets);
        assertThat(counted(stats).bytes()).isEqualTo(bytes);
    }

    private static long packets(final List<FlowRecord> flows) {
        return flows.stream().mapToLong(flow -> flow.packets() + flow.replyPackets()).sum();
    }

    private static long bytes(final List<FlowRecord> flows) {
        return flows.stream().mapToLong(flow -> flow.bytes() + flow.replyBytes()).sum();
    }

    private static ContainerStats.Count counted(final ContainerStats stats) {
        ContainerStats.Count sum = ContainerStats.Count.ZERO;
        for (final ContainerStats.Traffic way : List.of(stats.ingress(), stats.egress())) {
            for (final ContainerStats.Count cell : way.byReason().values()) {
                sum = sum.plus(cell.packets(), cell.bytes());
            }
        }
        return sum;
    }

    @Test
    void shouldRecordAConversationOnceWithBothDirections() {
        weir.fromContainer(ENDPOINT, out(4_000));
        weir.toContainer(ENDPOINT, in(4_000));
        weir.fromContainer(ENDPOINT, out(4_000));

        final FlowRecord flow = sweep.history().query(FlowQuery.ALL).items().get(0);

        assertThat(flow.direction()).isEqualTo(Direction.EGRESS);
        assertThat(flow.packets()).isEqualTo(2);
        assertThat(flow.replyPackets()).isEqualTo(1);
        assertThat(flow.l4()).isEqualTo(new FlowRecord.L4("UDP", 4_000, 53));
        assertExact(3, 2L * out(4_000).length + in(4_000).length);
    }

    @Test
    void shouldLoseNothingWithMoreFlowsThanTheCacheHoldsWhenTheRingIsDrained() {
        long bytes = 0;
        for (int i = 0; i < 3_000; i++) {
            bytes += sendPair(10_000 + i);
            if (i % 50 == 0) {
                sweep.history().query(FlowQuery.ALL);
            }
        }

        assertExact(6_000, bytes);
        final FlowAnswer answer = sweep.history().query(FlowQuery.ALL);
        assertThat(answer.items()).hasSize(3_000);
        assertThat(answer.items())
                .allMatch(flow -> flow.packets() == 1 && flow.replyPackets() == 1);
        assertThat(answer.completeness().evicted()).isPositive();
        assertThat(answer.completeness().overflowPackets()).isZero();
    }

    @Test
    void shouldCountWhatItMissedAsOverflowWhenTheRingIsFull() {
        long bytes = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3_000; i++) {
                bytes += sendPair(10_000 + i);
            }
            sweep.history().query(FlowQuery.ALL);
        }

        assertExact(18_000, bytes);
        assertThat(sweep.history().completeness().overflowPackets()).isPositive();
    }

    private static long sendPair(final int port) {
        final byte[] out = out(port);
        final byte[] in = in(port);
        weir.fromContainer(ENDPOINT, out);
        weir.toContainer(ENDPOINT, in);
        return out.length + in.length;
    }

    @Test
    void shouldMergeWhatTwoCpusCountOfOneFlow() throws Exception {
        weir.fromContainer(ENDPOINT, out(4_000));
        final long[] before = cpuTotals(weir.dataplane().counters());
        final AtomicInteger sent = new AtomicInteger(1);
        final Thread[] threads = {
            sender(0, weir.fromProgram(), out(4_000), sent),
            sender(1, weir.toProgram(), in(4_000), sent)
        };
        for (final Thread thread : threads) {
            thread.start();
        }
        while (threads[0].isAlive() || threads[1].isAlive()) {
            sweep.history().query(FlowQuery.ALL);
        }
        for (final Thread thread : threads) {
            thread.join();
        }

        if (Runtime.getRuntime().availableProcessors() > 1) {
            assertThat(bothCounted(weir.dataplane().counters(), before)).isTrue();
        }
        final FlowAnswer answer = sweep.history().query(FlowQuery.ALL);
        assertThat(answer.items()).hasSize(1);
        assertThat(packets(answer.items())).isEqualTo(sent.get());
        assertThat(counted(sweep.statistics().read(ENDPOINT).orElseThrow()).packets())
                .isEqualTo(sent.get());
    }

    /** Sends from this CPU, or the last one there is. */
    private static Thread sender(
            final int cpu,
            final BpfProgram program,
            final byte[] packet,
            final AtomicInteger sent) {
        return new Thread(
                () -> {
                    OnCpu.pin(Math.min(cpu, Runtime.getRuntime().availableProcessors() - 1));
                    for (int i = 0; i < 2_000; i++) {
                        program.testRun().packet(packet).run();
                        sent.incrementAndGet();
                    }
                });
    }

    private static boolean bothCounted(final CounterTable counters, final long[] before) {
        final long[] now = cpuTotals(counters);
        int moved = 0;
        for (int cpu = 0; cpu < now.length; cpu++) {
            moved += now[cpu] > before[cpu] ? 1 : 0;
        }
        return moved >= Math.min(2, now.length);
    }

    private static long[] cpuTotals(final CounterTable counters) {
        final long[] totals = new long[counters.cpus()];
        for (int cpu = 0; cpu < totals.length; cpu++) {
            for (final Direction direction : Direction.values()) {
                totals[cpu] += counters.packets(cpu, ENDPOINT, direction, Reason.NOT_ISOLATED);
            }
        }
        return totals;
    }

    @Test
    void shouldRecordDeniedPacketsExactly() {
        weir.policy(ENDPOINT, 5, Direction.EGRESS);
        long bytes = 0;
        for (int i = 0; i < 500; i++) {
            final byte[] packet = Packets.ip(OWN, PEER).udp(20_000 + i, 53 + i % 90).build();
            weir.fromContainer(ENDPOINT, packet);
            bytes += packet.length;
        }

        assertExact(500, bytes);
        assertThat(sweep.history().query(FlowQuery.ALL).items())
                .allMatch(flow -> flow.reason() == Reason.NO_RULE && flow.replyPackets() == 0);
    }

    @Test
    void shouldTellTwoConnectionsWithOneTupleApart() {
        connection();
        final int closed = weir.dataplane().clock().now();
        while (weir.dataplane().clock().now() - closed < 2) {
            Thread.onSpinWait();
        }
        connection();

        final List<FlowRecord> flows = sweep.history().query(FlowQuery.ALL).items();
        assertThat(flows).hasSize(2);
        assertThat(flows)
                .allSatisfy(
                        flow -> {
                            assertThat(flow.packets()).isEqualTo(4);
                            assertThat(flow.replyPackets()).isEqualTo(2);
                            assertThat(flow.tcp().state()).isEqualTo("closed");
                            assertThat(flow.tcp().flags()).containsExactly("SYN", "ACK", "FIN");
                            assertThat(flow.tcp().handshakeNanos()).isPositive();
                        });
        final ContainerStats.Connections tcp =
                sweep.statistics().read(ENDPOINT).orElseThrow().tcp();
        assertThat(tcp.opened()).isEqualTo(2);
        assertThat(tcp.failed()).isZero();
        assertThat(tcp.handshake().count()).isEqualTo(2);
    }

    private static void connection() {
        tcp(true, Packets.SYN);
        tcp(false, Packets.SYN | Packets.ACK);
        tcp(true, Packets.ACK);
        tcp(true, Packets.FIN | Packets.ACK);
        tcp(false, Packets.FIN | Packets.ACK);
        tcp(true, Packets.ACK);
    }

    private static void tcp(final boolean outward, final int flags) {
        if (outward) {
            weir.fromContainer(ENDPOINT, Packets.ip(OWN, PEER).tcp(4_000, 80).flags(flags).build());
        } else {
            weir.toContainer(ENDPOINT, Packets.ip(PEER, OWN).tcp(80, 4_000).flags(flags).build());
        }
    }
}
