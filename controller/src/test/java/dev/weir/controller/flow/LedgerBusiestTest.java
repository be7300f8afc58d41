package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.flow.BusiestFlows.Busy;
import dev.weir.controller.flow.BusiestFlows.Order;
import dev.weir.controller.flow.ContainerStats.Drop;
import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The busiest flows, and who caused drops. */
class LedgerBusiestTest {
    private static final int CLIENT = 1;

    private final SimulatedDatapath datapath = new SimulatedDatapath(2, 256, 16, 64);
    private final KnownNames names = new KnownNames();
    private final FlowSweep sweep = datapath.sweep(names);

    @BeforeEach
    void attach() {
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
    }

    private void packets(final int remote, final int count, final int bytes) {
        for (int i = 0; i < count; i++) {
            datapath.packet(
                    i % 2,
                    new Flow(CLIENT, remote, 40_000 + remote, 80 + remote, 900 + remote),
                    Direction.EGRESS,
                    bytes);
        }
        datapath.finish();
    }

    private BusiestFlows.Answer busiest(final Order order, final String... filter) {
        final Map<String, List<String>> query =
                filter.length == 0 ? Map.of() : Map.of(filter[0], List.of(filter[1]));
        return sweep.history().busiest(FlowQueryParser.parse(query, Clock.systemUTC()), order);
    }

    private static List<Integer> ports(final BusiestFlows.Answer answer) {
        return answer.items().stream().map(busy -> busy.flow().l4().destinationPort()).toList();
    }

    @Test
    void shouldSortBySumsAtFirstAndByRatesFromThenOn() {
        packets(1, 10, 1_000);
        packets(2, 100, 60);
        final BusiestFlows.Answer first = busiest(Order.BYTES);
        packets(2, 50, 60);
        packets(3, 5, 100);

        final BusiestFlows.Answer next = busiest(Order.BYTES);

        assertThat(ports(first)).containsExactly(81, 82);
        assertThat(first.seconds()).isZero();
        assertThat(first.items().get(0).bytesPerSecond()).isNull();
        assertThat(ports(next)).containsExactly(82, 83, 81);
        assertThat(next.items()).extracting(Busy::bytesPerSecond).last().isEqualTo(0.0);
        final Busy fastest = next.items().get(0);
        assertThat(fastest.bytesPerSecond() * next.seconds()).isCloseTo(3_000, within(0.01));
        assertThat(fastest.packetsPerSecond() * next.seconds()).isCloseTo(50, within(0.01));
        assertThat(fastest.flow().packets()).isEqualTo(150);
    }

    @Test
    void shouldFilterAndLimit() {
        packets(1, 10, 1_000);
        packets(2, 100, 60);
        packets(3, 1, 60);

        assertThat(ports(busiest(Order.PACKETS, "last", "2"))).containsExactly(82, 81);
        assertThat(ports(busiest(Order.PACKETS, "not-port", "82"))).containsExactly(81, 83);
        assertThat(ports(busiest(Order.RETRANSMITS))).isEmpty();
    }

    @Test
    void shouldNameThePolicyThatDroppedAndLeaveTheRestWithoutOne() {
        names.rules.put(
                5,
                new RuleRef(
                        5,
                        "NetworkPolicy",
                        "default",
                        "web",
                        Direction.EGRESS,
                        0,
                        "egress[0]",
                        ""));
        for (int i = 0; i < 3; i++) {
            datapath.deniedPacket(
                    0,
                    new Flow(CLIENT, 7, 1_000 + i, 80, 0),
                    Direction.EGRESS,
                    74,
                    Reason.DENY_RULE);
        }
        datapath.deniedPacket(1, new Flow(CLIENT, 8, 1, 443, 0), Direction.EGRESS, 60);
        datapath.finish();
        for (int at = 0; at < datapath.denied[0].capacity(); at += EntryLayout.DENIED.entryLength) {
            datapath.denied[0].putInt(at + EntryLayout.DENIED_RULE, 5);
        }

        final ContainerStats stats = sweep.statistics().read(CLIENT).orElseThrow();

        assertThat(stats.dropCauses())
                .containsExactly(
                        new Drop(
                                Reason.DENY_RULE,
                                Direction.EGRESS,
                                List.of(
                                        new FlowRecord.PolicyMatch(
                                                "NetworkPolicy", "default", "web", "egress[0]")),
                                3,
                                222),
                        new Drop(Reason.NO_RULE, Direction.EGRESS, null, 1, 60));
        assertThat(ports(busiest(Order.DROPS))).containsExactly(80, 443);
    }
}
