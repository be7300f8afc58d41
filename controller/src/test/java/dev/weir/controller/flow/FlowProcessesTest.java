package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.event.RecordHandler;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.process.ProcessSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events that the test makes up, beside flows of a simulated datapath. */
class FlowProcessesTest {
    private static final int CLIENT = 1;
    private static final int WEB = 2;
    private static final Flow OUT = new Flow(CLIENT, 7, 41_234, 80, 900);
    private static final IpAddress CLIENT_ADDRESS = IpAddress.parse("10.1.0.1");
    private static final IpAddress WEB_ADDRESS = IpAddress.parse("10.1.0.2");
    private static final IpAddress OUTSIDE = IpAddress.parse("10.2.0.7");
    private static final FlowProcess CURL = new FlowProcess(4711, "curl", ProcessVia.CONNECT);

    private final SimulatedDatapath datapath = new SimulatedDatapath(2, 64, 16, 64);
    private final KnownNames names = new KnownNames();
    private final Told kernel = new Told();
    private final FlowSweep sweep =
            new FlowSweep(
                    FlowSettings.defaults("n1"),
                    datapath.flowRegions(),
                    datapath.deniedRegions(),
                    datapath.control,
                    datapath.counterTable(),
                    datapath,
                    datapath.clock,
                    names);

    /** Events that the test makes up. */
    private static final class Told implements ProcessSource {
        private final Deque<UnsafeBuffer> events = new ArrayDeque<>();

        @Override
        public int poll(final RecordHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !events.isEmpty()) {
                handler.onRecord(events.poll(), 0, ProcessLayout.EVENT_LENGTH);
                polled++;
            }
            return polled;
        }

        @Override
        public long lost() {
            return 3;
        }
    }

    @BeforeEach
    void attach() {
        sweep.watchProcesses(kernel);
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
        sweep.attached(names.add(WEB, "web"), Optional.empty());
    }

    private static FlowKey key(final Flow flow, final IpAddress local, final IpAddress remote) {
        return new FlowKey(
                flow.endpoint(), local, remote, flow.localPort(), flow.remotePort(), Protocols.TCP);
    }

    private static FlowKey key(final Flow flow) {
        return key(flow, CLIENT_ADDRESS, OUTSIDE);
    }

    /** A packet of the connection that was opened at {@code created}; 0: it was denied. */
    private void tell(
            final FlowKey key, final int created, final int seen, final FlowProcess process) {
        final UnsafeBuffer event =
                new UnsafeBuffer(ByteBuffer.allocateDirect(ProcessLayout.EVENT_LENGTH));
        new FlowKeyView(event, ProcessLayout.KEY_OFFSET).set(key);
        event.putInt(ProcessLayout.CREATED_OFFSET, created);
        event.putInt(ProcessLayout.SEEN_OFFSET, seen);
        event.putInt(ProcessLayout.PID_OFFSET, process.pid());
        event.putByte(ProcessLayout.VIA_OFFSET, (byte) process.via().ordinal());
        event.putByte(ProcessLayout.TOLD_OFFSET, (byte) 1);
        event.putBytes(
                ProcessLayout.COMM_OFFSET, process.comm().getBytes(StandardCharsets.US_ASCII));
        kernel.events.add(event);
    }

    private void tell(final Flow flow, final FlowProcess process) {
        tell(key(flow), flow.created(), now(), process);
    }

    private int now() {
        return datapath.clock.now();
    }

    private void packet(final Flow flow) {
        datapath.packet(0, flow, Direction.EGRESS, 100);
        datapath.finish();
    }

    private void denied(final Flow flow) {
        datapath.deniedPacket(0, flow, Direction.EGRESS, 100);
        datapath.finish();
    }

    private List<FlowRecord> flows(final String... parameters) {
        final Map<String, List<String>> query = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            query.computeIfAbsent(parameters[i], name -> new ArrayList<>()).add(parameters[i + 1]);
        }
        return sweep.history().query(FlowQueryParser.parse(query, Clock.systemUTC())).items();
    }

    private FlowProcess source() {
        assertThat(flows()).hasSize(1);
        return flows().get(0).source().process();
    }

    @Test
    void shouldNameWhoConnected() {
        packet(OUT);
        tell(OUT, CURL);

        assertThat(source()).isEqualTo(CURL);
        assertThat(flows().get(0).destination().process()).isNull();
        assertThat(sweep.processFigures().joined()).isEqualTo(1);
    }

    @Test
    void shouldSayNothingWhereNothingWasTold() {
        packet(OUT);

        assertThat(source()).isNull();
    }

    @Test
    void shouldWaitForARowThatComesOneReadingLater() {
        tell(OUT, CURL);
        assertThat(flows()).isEmpty();
        packet(OUT);

        assertThat(source()).isEqualTo(CURL);
    }

    @Test
    void shouldNotGiveAFlowTheProcessOfAnotherConnectionWithItsEnds() {
        packet(OUT);
        tell(key(OUT), OUT.created() - 50, now(), CURL);
        tell(key(OUT), OUT.created() + 50, now(), CURL);
        flows();

        assertThat(source()).isNull();
        assertThat(sweep.processFigures().joined()).isZero();
        assertThat(sweep.processFigures().unmatched()).isEqualTo(2);
    }

    @Test
    void shouldNotHandAProcessOnToTheNextConnectionOfATuple() {
        packet(OUT);
        tell(OUT, CURL);
        flows();
        packet(new Flow(CLIENT, 7, 41_234, 80, 901));

        assertThat(flows())
                .extracting(flow -> flow.source().process())
                .containsExactlyInAnyOrder(CURL, null);
    }

    @Test
    void shouldKeepAProcessWhoseFlowHasEnded() {
        packet(OUT);
        tell(OUT, CURL);
        flows();
        sweep.detached(CLIENT);

        assertThat(source()).isEqualTo(CURL);
    }

    @Test
    void shouldPreferWhoHadTheConnectionToWhoListens() {
        final FlowProcess master = new FlowProcess(10, "nginx", ProcessVia.BIND);
        final FlowProcess worker = new FlowProcess(11, "nginx", ProcessVia.CLOSE);
        packet(OUT);
        tell(OUT, master);
        assertThat(source()).isEqualTo(master);

        tell(OUT, worker);
        assertThat(source()).isEqualTo(worker);

        tell(OUT, master);
        assertThat(source()).isEqualTo(worker);
    }

    @Test
    void shouldNameBothEndsWhereBothAreLocal() {
        final FlowProcess nginx = new FlowProcess(11, "nginx", ProcessVia.CLOSE);
        final Flow in = new Flow(WEB, 7, 80, 41_234, 900);
        packet(OUT);
        datapath.packet(1, in, Direction.INGRESS, 100);
        datapath.finish();
        /* The simulated datapath knows only peers outside. */
        datapath.flowInUse(0).remote(WEB_ADDRESS);
        datapath.flowInUse(1).remote(CLIENT_ADDRESS);
        tell(key(OUT, CLIENT_ADDRESS, WEB_ADDRESS), OUT.created(), now(), CURL);
        tell(key(in, WEB_ADDRESS, CLIENT_ADDRESS), in.created(), now(), nginx);

        assertThat(flows()).hasSize(2);
        assertThat(flows())
                .allSatisfy(
                        flow -> {
                            assertThat(flow.source().process()).isEqualTo(CURL);
                            assertThat(flow.destination().process()).isEqualTo(nginx);
                        });
    }

    @Test
    void shouldNameWhoIsDenied() {
        denied(OUT);
        tell(key(OUT), 0, now(), CURL);

        assertThat(source()).isEqualTo(CURL);
        assertThat(sweep.processFigures().denied()).isEqualTo(1);
        denied(new Flow(CLIENT, 7, 41_235, 80, 901));
        assertThat(source()).as("its last packet is another socket's").isNull();
    }

    @Test
    void shouldNotNameWhoWasDeniedLongBefore() {
        denied(OUT);
        tell(key(OUT), 0, now() - 40_000, CURL);

        assertThat(source()).isNull();
    }

    @Test
    void shouldForgetWhoWasDeniedWithItsContainer() {
        tell(key(OUT), 0, now(), CURL);
        flows();
        sweep.detached(CLIENT);
        sweep.attached(names.add(CLIENT, "another"), Optional.empty());
        denied(OUT);

        assertThat(source()).isNull();
    }

    @Test
    void shouldFindFlowsByTheirProcess() {
        packet(OUT);
        packet(new Flow(CLIENT, 7, 50_000, 80, 901));
        tell(OUT, CURL);

        assertThat(flows("process", "curl")).hasSize(1);
        assertThat(flows("from-pid", "4711")).hasSize(1);
        assertThat(flows("to-pid", "4711")).isEmpty();
        assertThat(flows("process", "cur")).isEmpty();
        assertThat(flows("not-process", "curl")).hasSize(1);
    }

    @Test
    void shouldCountWhatItHasNoRoomFor() {
        final int room = 32_768;
        for (int i = 0; i < room + 5; i++) {
            tell(OUT, CURL);
        }
        flows();

        final ProcessFigures figures = sweep.processFigures();
        assertThat(figures.lostQueue()).isEqualTo(5);
        assertThat(figures.lost()).isEqualTo(5 + 3);
    }
}
