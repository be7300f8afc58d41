package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.event.RecordHandler;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.process.ProcessSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cookies of namespaces are the numbers of endpoints here, as {@link KnownNames} has it. */
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
        public Losses losses() {
            return new Losses(3, 2, 1);
        }
    }

    /**
     * A socket.
     *
     * @param netns number of the endpoint in it
     */
    private record Ends(
            int netns, IpAddress local, int localPort, IpAddress remote, int remotePort) {}

    private static final Ends FROM_CLIENT = new Ends(CLIENT, CLIENT_ADDRESS, 41_234, OUTSIDE, 80);

    @BeforeEach
    void attach() {
        sweep.watchProcesses(kernel);
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
        sweep.attached(names.add(WEB, "web"), Optional.empty());
    }

    private void tell(
            final Ends ends, final FlowProcess process, final int opened, final int seen) {
        tell(ends, process, opened, seen, true);
    }

    private void tell(
            final Ends ends,
            final FlowProcess process,
            final int opened,
            final int seen,
            final boolean established) {
        final UnsafeBuffer event =
                new UnsafeBuffer(ByteBuffer.allocateDirect(ProcessLayout.EVENT_LENGTH));
        event.putLong(ProcessLayout.NETNS_COOKIE_OFFSET, ends.netns());
        put(event, ProcessLayout.LOCAL_OFFSET, ends.local());
        put(event, ProcessLayout.REMOTE_OFFSET, ends.remote());
        event.putShort(
                ProcessLayout.LOCAL_PORT_OFFSET, (short) ends.localPort(), ByteOrder.BIG_ENDIAN);
        event.putShort(
                ProcessLayout.REMOTE_PORT_OFFSET, (short) ends.remotePort(), ByteOrder.BIG_ENDIAN);
        event.putInt(ProcessLayout.OPENED_OFFSET, opened);
        event.putInt(ProcessLayout.SEEN_OFFSET, seen);
        event.putInt(ProcessLayout.PID_OFFSET, process.pid());
        event.putBytes(
                ProcessLayout.COMM_OFFSET, process.comm().getBytes(StandardCharsets.US_ASCII));
        event.putByte(ProcessLayout.VIA_OFFSET, (byte) process.via().ordinal());
        event.putByte(ProcessLayout.ESTABLISHED_OFFSET, (byte) (established ? 1 : 0));
        kernel.events.add(event);
    }

    private static void put(final UnsafeBuffer event, final int at, final IpAddress address) {
        event.putLong(at, address.high(), ByteOrder.BIG_ENDIAN);
        event.putLong(at + 8, address.low(), ByteOrder.BIG_ENDIAN);
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
        final int opened = now();
        packet(OUT);
        tell(FROM_CLIENT, CURL, opened, now());

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
        tell(FROM_CLIENT, CURL, now(), now() + 1_000);
        assertThat(flows()).isEmpty();
        packet(OUT);

        assertThat(source()).isEqualTo(CURL);
    }

    @Test
    void shouldNotGiveAFlowTheProcessOfAnEarlierSocketWithItsEnds() {
        packet(OUT);
        tell(FROM_CLIENT, CURL, now() - 100, now() - 50);

        assertThat(source()).isNull();
        assertThat(sweep.processFigures().joined()).isZero();
        assertThat(sweep.processFigures().unmatched()).isEqualTo(1);
    }

    @Test
    void shouldNotGiveAFlowTheProcessOfALaterSocketWithItsEnds() {
        packet(OUT);
        tell(FROM_CLIENT, CURL, now() + 50, now() + 100);

        assertThat(source()).isNull();
    }

    @Test
    void shouldNotHandAProcessOnToTheNextConnectionOfATuple() {
        final int opened = now();
        packet(OUT);
        tell(FROM_CLIENT, CURL, opened, now());
        flows();
        packet(new Flow(CLIENT, 7, 41_234, 80, 901));

        assertThat(flows())
                .extracting(flow -> flow.source().process())
                .containsExactlyInAnyOrder(CURL, null);
    }

    @Test
    void shouldKeepAProcessWhoseFlowHasEnded() {
        final int opened = now();
        packet(OUT);
        tell(FROM_CLIENT, CURL, opened, now());
        flows();
        sweep.detached(CLIENT);

        assertThat(source()).isEqualTo(CURL);
    }

    @Test
    void shouldPreferWhoHadTheConnectionToWhoListens() {
        final FlowProcess master = new FlowProcess(10, "nginx", ProcessVia.LISTEN);
        final FlowProcess worker = new FlowProcess(11, "nginx", ProcessVia.CLOSE);
        packet(OUT);
        tell(FROM_CLIENT, master, now(), now());
        assertThat(source()).isEqualTo(master);

        tell(FROM_CLIENT, worker, now(), now());
        assertThat(source()).isEqualTo(worker);

        tell(FROM_CLIENT, master, now(), now());
        assertThat(source()).isEqualTo(worker);
    }

    @Test
    void shouldNameBothEndsWhereBothAreLocal() {
        final FlowProcess nginx = new FlowProcess(11, "nginx", ProcessVia.CLOSE);
        final int opened = now();
        packet(OUT);
        datapath.packet(1, new Flow(WEB, 7, 80, 41_234, 900), Direction.INGRESS, 100);
        datapath.finish();
        remote(datapath.flows[0], WEB_ADDRESS);
        remote(datapath.flows[1], CLIENT_ADDRESS);
        tell(new Ends(CLIENT, CLIENT_ADDRESS, 41_234, WEB_ADDRESS, 80), CURL, opened, now());
        tell(new Ends(WEB, WEB_ADDRESS, 80, CLIENT_ADDRESS, 41_234), nginx, opened, now());

        assertThat(flows()).hasSize(2);
        assertThat(flows())
                .allSatisfy(
                        flow -> {
                            assertThat(flow.source().process()).isEqualTo(CURL);
                            assertThat(flow.destination().process()).isEqualTo(nginx);
                        });
    }

    /** The simulated datapath knows only peers outside. */
    private static void remote(final AtomicBuffer region, final IpAddress address) {
        for (int at = 0; at < region.capacity(); at += EntryLayout.FLOW.length) {
            if (EntryLayout.FLOW.endpoint(region, at) != 0) {
                region.putLong(at + 24, address.low(), ByteOrder.BIG_ENDIAN);
            }
        }
    }

    @Test
    void shouldNameWhoAskedInVain() {
        final int opened = now();
        denied(OUT);
        tell(FROM_CLIENT, CURL, opened, now(), false);

        assertThat(source()).isEqualTo(CURL);
        assertThat(sweep.processFigures().unanswered()).isEqualTo(1);
        denied(new Flow(CLIENT, 7, 41_235, 80, 901));
        assertThat(source()).as("its last packet is another socket's").isNull();
    }

    @Test
    void shouldNotNameWhoAskedInVainBefore() {
        denied(OUT);
        tell(FROM_CLIENT, CURL, now() - 500, now() - 400, false);

        assertThat(source()).isNull();
    }

    @Test
    void shouldForgetContainersThatAreDetached() {
        sweep.detached(CLIENT);
        tell(FROM_CLIENT, CURL, now(), now());
        flows();
        flows();

        assertThat(sweep.processFigures().unmatched()).isEqualTo(1);
    }

    @Test
    void shouldFindFlowsByTheirProcess() {
        final int opened = now();
        packet(OUT);
        packet(new Flow(CLIENT, 7, 50_000, 80, 901));
        tell(FROM_CLIENT, CURL, opened, now());

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
            tell(FROM_CLIENT, CURL, now() - 10, now() - 10);
        }
        flows();

        final ProcessFigures figures = sweep.processFigures();
        assertThat(figures.lostQueue()).isEqualTo(5);
        assertThat(figures.lost()).isEqualTo(5 + 3 + 2 + 1);
    }
}
