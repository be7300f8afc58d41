package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.OnCpu;
import dev.weir.dataplane.testkit.Packets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DESIGN 2.1: known packets in; flows, events and overflow together are the counters. */
@KernelTest
class ExactCountIT {
    private static final int FLOWS = 64;
    private static final int DENIED_PORT = 23;

    @RegisterExtension
    static final ContainerUnderTest container =
            new ContainerUnderTest(ProgramSizes.small().withFlows(FLOWS).withEventRecords(1 << 13));

    private Tally tally;

    @BeforeEach
    void tally() {
        tally = new Tally(container.tables());
        for (int endpoint = 1; endpoint <= 3; endpoint++) {
            container.endpoint(endpoint, MAC, local(endpoint));
            container.prepare(
                    endpoint,
                    FIRST_REVISION,
                    endpoint,
                    EnumSet.of(INGRESS),
                    Rule.deny(INGRESS).tcp(DENIED_PORT).as(2).precedence(1),
                    Rule.allow(INGRESS).as(3));
        }
    }

    private static String local(final int endpoint) {
        return "10.1.0." + endpoint;
    }

    private void send(
            final int endpoint,
            final Direction direction,
            final boolean denied,
            final Packets packet,
            final int times) {
        final byte[] bytes = packet.build();
        container.send(direction, bytes, times);
        tally.sent(endpoint, direction, denied, times, (long) times * bytes.length);
    }

    /** One flow of an endpoint, both ways, and now and then one that is denied. */
    private void converse(final int endpoint, final int flow) {
        final String local = local(endpoint);
        final String remote = "10.2." + flow / 200 + "." + (1 + flow % 200);
        container.bind(endpoint);
        send(
                endpoint,
                EGRESS,
                false,
                Packets.ip(local, remote).udp(4000, 53).payload(flow % 700),
                1 + flow % 3);
        send(
                endpoint,
                INGRESS,
                false,
                Packets.ip(remote, local).udp(53, 4000).payload(1200 - flow % 500),
                1 + flow % 5);
        if (flow % 4 == 0) {
            send(
                    endpoint,
                    INGRESS,
                    true,
                    Packets.ip(remote, local).tcp(5000 + flow, DENIED_PORT).flags(SYN),
                    2);
        }
    }

    @Test
    void shouldLoseNothingWithMoreFlowsThanTheCacheHolds() {
        for (int round = 0; round < 2; round++) {
            for (int flow = 0; flow < 8 * FLOWS; flow++) {
                converse(1 + flow % 3, flow);
            }
        }

        tally.assertExact();
        assertThat(tally.events()).isGreaterThan(8 * FLOWS);
        long evicted = 0;
        for (int endpoint = 1; endpoint <= 3; endpoint++) {
            evicted += container.tables().counters().flowsEvicted(endpoint);
            assertThat(container.tables().counters().overflowPackets(endpoint, INGRESS)).isZero();
        }
        assertThat(evicted).isPositive().isLessThanOrEqualTo(tally.events());
    }

    @Test
    void shouldHandOverTheWholeEntry() {
        int sent = 0;
        while (container.tables().counters().flowsEvicted(CONTAINER) == 0) {
            sent++;
            final byte[] packet =
                    Packets.ip(local(1), "10.3.0.1").udp(sent, 53).payload(sent).build();
            container.send(EGRESS, packet, sent);
        }

        final List<String> seen = new ArrayList<>();
        container
                .tables()
                .events()
                .poll(
                        (type, cpu, slot, buffer, offset) -> {
                            final FlowEntry gone = new FlowEntry().wrap(buffer, offset);
                            final FlowEntry now = new FlowEntry();
                            final int port = gone.localPort();
                            assertThat(type).isEqualTo(EventSource.FLOW_EVICTED);
                            assertThat(gone.packets(EGRESS)).isEqualTo(port);
                            assertThat(gone.bytes(EGRESS)).isEqualTo(port * (42L + port));
                            assertThat(gone.packets(INGRESS)).isZero();
                            assertThat(container.tables().flows().read(cpu, slot, now)).isTrue();
                            assertThat(now.localPort()).isNotEqualTo(port);
                            assertThat(now.epoch()).isEqualTo(gone.epoch() + 4);
                            seen.add("flow " + port);
                        },
                        Integer.MAX_VALUE);
        assertThat(seen).hasSize(1);
    }

    @Test
    void shouldNotTellOfAnEntryThatIsKnown() {
        final int later = 10_000;
        for (int port = 1; port <= FLOWS; port++) {
            sendOne(port);
        }
        tally.drain();
        final Map<Integer, Integer> before = epochs();
        container.awaitJiffy();
        container.tables().control(ProgramTables.ControlWord.FLOWS_KNOWN, container.jiffies());

        for (int port = 1; port <= FLOWS; port++) {
            sendOne(later + port);
        }

        final Map<Integer, Integer> after = epochs();
        assertThat(before).isNotEmpty();
        before.forEach(
                (slot, epoch) ->
                        assertThat(after.get(slot) - epoch & 3)
                                .as("slot %d", slot)
                                .isEqualTo(after.get(slot).equals(epoch) ? 0 : 2));
        container
                .tables()
                .events()
                .poll(
                        (type, cpu, slot, buffer, offset) ->
                                assertThat(new FlowEntry().wrap(buffer, offset).localPort())
                                        .isGreaterThan(later),
                        Integer.MAX_VALUE);
        assertThat(after).isNotEqualTo(before);
    }

    /** Of the entries in use on the CPU that packets are sent on, by slot. */
    private static Map<Integer, Integer> epochs() {
        final FlowRegions flows = container.tables().flows();
        final FlowEntry entry = new FlowEntry();
        final Map<Integer, Integer> epochs = new HashMap<>();
        for (int slot = 0; slot < flows.slots(); slot++) {
            if (flows.read(0, slot, entry)) {
                epochs.put(slot, entry.epoch());
            }
        }
        return epochs;
    }

    private void sendOne(final int port) {
        container.send(EGRESS, Packets.ip(local(1), "10.3.0.1").udp(port, 53).build(), 1);
    }

    @Test
    void shouldCountOneFlowOnTwoCpus() throws Exception {
        assumeTrue(container.tables().flows().cpus() > 1, "two CPUs");
        final byte[] out = Packets.ip(local(1), "10.2.0.1").udp(4000, 53).payload(100).build();
        final byte[] in = Packets.ip("10.2.0.1", local(1)).udp(53, 4000).payload(900).build();
        final int times = 20_000;

        onTwoCpus(
                cpu -> {
                    for (int i = 0; i < 20; i++) {
                        container.send(EGRESS, out, times / 20);
                        container.send(INGRESS, in, times / 20);
                    }
                });

        tally.sent(1, EGRESS, false, 2 * times, 2L * times * out.length);
        tally.sent(1, INGRESS, false, 2 * times, 2L * times * in.length);
        tally.assertExact();
        for (int cpu = 0; cpu < 2; cpu++) {
            long packets = 0;
            for (int i = 0; i < Reason.count(); i++) {
                packets += container.tables().counters().packets(cpu, 1, EGRESS, Reason.of(i));
            }
            assertThat(packets).as("CPU " + cpu).isEqualTo(times);
        }
    }

    @Test
    void shouldLetBothCpusOpenOneFlowAtTheSameMoment() throws Exception {
        assumeTrue(container.tables().flows().cpus() > 1, "two CPUs");
        final int flows = 3_000;
        final AtomicInteger ready = new AtomicInteger();

        onTwoCpus(
                cpu -> {
                    for (int flow = 0; flow < flows; flow++) {
                        final byte[] packet =
                                Packets.ip(local(1), "10.2.0.1").udp(1 + flow, 53).build();
                        ready.incrementAndGet();
                        while (ready.get() < 2 * (flow + 1)) {
                            Thread.onSpinWait();
                        }
                        container.send(EGRESS, packet, 1);
                    }
                });

        final int length = Packets.ip(local(1), "10.2.0.1").udp(1, 53).build().length;
        tally.sent(1, EGRESS, false, 2L * flows, 2L * flows * length);
        tally.assertExact();
    }

    @Test
    void shouldLoseNothingWhenTwoCpusCrowdTheirCachesWhileTheRingIsRead() throws Exception {
        assumeTrue(container.tables().flows().cpus() > 1, "two CPUs");
        final int flows = 4 * FLOWS;
        final List<byte[]> packets =
                IntStream.range(0, flows)
                        .mapToObj(
                                flow ->
                                        Packets.ip(local(1), "10.2.0." + (1 + flow % 250))
                                                .udp(4000 + flow, 53)
                                                .payload(flow)
                                                .build())
                        .toList();
        onTwoCpus(
                cpu -> {
                    for (int i = 0; i < 3 * flows; i++) {
                        final int flow = cpu == 0 ? i % flows : flows - 1 - i % flows;
                        container.send(EGRESS, packets.get(flow), 2);
                    }
                });

        long bytes = 0;
        for (final byte[] packet : packets) {
            bytes += 12L * packet.length;
        }
        tally.sent(1, EGRESS, false, 12L * flows, bytes);
        tally.assertExact();
        assertThat(tally.events()).isGreaterThan(flows);
    }

    /** Runs the task on CPU 0 and on CPU 1 at once, and reads the ring meanwhile. */
    private void onTwoCpus(final IntConsumer task) throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final int cpu = i;
                running.add(
                        threads.submit(
                                () -> {
                                    final OnCpu pinned = OnCpu.pin(cpu);
                                    try {
                                        task.accept(cpu);
                                    } finally {
                                        pinned.close();
                                    }
                                }));
            }
            final long deadline = System.nanoTime() + 60_000_000_000L;
            while (!running.stream().allMatch(Future::isDone)) {
                assertThat(System.nanoTime()).as("both threads end").isLessThan(deadline);
                tally.drain();
                Thread.onSpinWait();
            }
            for (final Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
