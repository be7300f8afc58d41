package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.FlowRecord.CloseReason;
import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why flows end, and what an answer says is missing in it. */
class FlowCompletenessTest {
    private static final int CLIENT = 1;
    private static final Flow OUT = new Flow(CLIENT, 7, 41_234, 80, 900);
    private static final int RING = 64;

    private final SimulatedDatapath datapath = new SimulatedDatapath(1, 64, 16, RING);
    private final KnownNames names = new KnownNames();
    private final FlowSweep sweep = sweep();

    private FlowSweep sweep() {
        return datapath.sweep(
                new FlowSettings("n1", 1_000, 1 << 20, 10_000, Timeouts.defaults()), names);
    }

    @BeforeEach
    void attach() {
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
    }

    private void packet(final Flow flow) {
        datapath.packet(0, flow, Direction.EGRESS, 100);
        datapath.finish();
    }

    private FlowAnswer query(final String... parameters) {
        final Map<String, List<String>> query = new java.util.LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            query.put(parameters[i], List.of(parameters[i + 1]));
        }
        return sweep.history().query(FlowQueryParser.parse(query, Clock.systemUTC()));
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSED,      0x11, 0x11, FIN",
        "RESET,       0x04, 0x10, RESET_BY_DESTINATION",
        "RESET,       0x10, 0x04, RESET_BY_SOURCE",
        "REFUSED,     0x14, 0x02, REFUSED",
        "ESTABLISHED, 0x10, 0x10, DETACHED"
    })
    void shouldSayWhyATcpConnectionEnded(
            final TcpState state,
            final String ingressFlags,
            final String egressFlags,
            final CloseReason reason) {
        packet(OUT);
        datapath.flowInUse(0)
                .putByte(FlowEntry.STATE_OFFSET, state.ordinal())
                .tcpFlags(Direction.INGRESS, Integer.decode(ingressFlags))
                .tcpFlags(Direction.EGRESS, Integer.decode(egressFlags));
        assertThat(query().items().get(0).closeReason()).as("still open").isNull();

        sweep.detached(CLIENT);

        assertThat(query().items().get(0).closeReason()).isEqualTo(reason);
        assertThat(query("close-reason", reason.name().replace('_', '-')).items()).hasSize(1);
    }

    @Test
    void shouldSayThatATupleWasUsedAgain() {
        packet(OUT);
        query();
        packet(new Flow(CLIENT, 7, 41_234, 80, 901));

        assertThat(query("close-reason", "reused").items()).hasSize(1);
        assertThat(query("not-close-reason", "reused").items()).hasSize(1);
    }

    @Test
    void shouldGiveTheOldestWhenTheFirstAreAsked() {
        for (int remote = 0; remote < 9; remote++) {
            packet(new Flow(CLIENT, remote, 40_000 + remote, 80, 900 + remote));
        }
        final List<FlowRecord> all = query().items();

        final FlowAnswer answer = query("first", "2");

        assertThat(answer.items()).containsExactlyElementsOf(all.subList(0, 2));
        assertThat(answer.matched()).isEqualTo(9);
    }

    @Test
    void shouldBeCompleteWhenNothingWasLost() {
        packet(OUT);

        assertThat(query().missing()).isEmpty();
        assertThat(query("since", "1h").missing()).isEmpty();
    }

    @Test
    void shouldTellThatFlowsLeftTheHistory() {
        for (int i = 0; i < 8_000; i++) {
            packet(new Flow(CLIENT, i % 250, 1_000 + i, 80, 900 + i));
            if (i % 16 == 0) {
                query("last", "1");
            }
        }

        assertThat(query("last", "100000").missing())
                .singleElement()
                .satisfies(
                        lost -> {
                            assertThat(lost.stage()).isEqualTo(LossStage.HISTORY);
                            assertThat(lost.records() + query("last", "100000").matched())
                                    .isEqualTo(8_000);
                            assertThat(lost.packets()).isEqualTo(lost.records());
                        });
        assertThat(query("since", "0s").missing()).as("after the last that left").isEmpty();
        assertThat(query("last", "100000", "close-reason", "evicted").items())
                .as("open ones that had to go are gone")
                .isEmpty();
    }

    @Test
    void shouldTellHowMuchTheFullRingLostInTheAnswerAndInTheStream() {
        final List<FlowStreamItem> stream = new ArrayList<>();
        try (FlowSubscription subscription =
                sweep.history().subscribe(FlowQuery.ALL, 1_000, source -> {})) {
            query();
            for (int i = 0; i < 64 + RING + 10; i++) {
                packet(new Flow(CLIENT, i, 1_000 + i, 80, 900 + i));
            }
            final FlowAnswer answer = query();
            for (FlowStreamItem item = subscription.poll();
                    item != null;
                    item = subscription.poll()) {
                stream.add(item);
            }

            final long counted =
                    sweep.statistics().read(CLIENT).orElseThrow().egress().allowed().packets();
            final long told = answer.items().stream().mapToLong(FlowRecord::packets).sum();
            assertThat(answer.missing())
                    .singleElement()
                    .satisfies(
                            lost -> {
                                assertThat(lost.stage()).isEqualTo(LossStage.KERNEL_RING);
                                assertThat(lost.packets()).isEqualTo(counted - told).isPositive();
                            });
            assertThat(stream)
                    .filteredOn(FlowLoss.class::isInstance)
                    .extracting(item -> ((FlowLoss) item).lost().packets())
                    .containsExactly(counted - told);
        }
    }

    @Test
    void shouldTellThatAnEarlierAgentSawWhatThisOneDidNot() {
        packet(OUT);
        final FlowSweep next = sweep();
        next.attached(names.endpoints.get(CLIENT), sweep.baseline(CLIENT));

        assertThat(missing(next, "since", "1h"))
                .singleElement()
                .satisfies(lost -> assertThat(lost.stage()).isEqualTo(LossStage.AGENT_START));
        assertThat(missing(next, "last", "5")).as("nobody asked for the time before").isEmpty();
    }

    private static List<FlowLoss.Lost> missing(
            final FlowSweep sweep, final String name, final String value) {
        return sweep.history()
                .query(FlowQueryParser.parse(Map.of(name, List.of(value)), Clock.systemUTC()))
                .missing();
    }
}
