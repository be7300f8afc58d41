package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowWriter;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import dev.weir.dataplane.testkit.Await;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowSweepTest {
    private static final int CLIENT = 1;
    private static final int WEB = 2;
    private static final Flow OUT = new Flow(CLIENT, 7, 41_234, 80, 900);

    private final SimulatedDatapath datapath = new SimulatedDatapath(2, 64, 16, 64);
    private final KnownNames names = new KnownNames();
    private final FlowSweep sweep = datapath.sweep(names);

    @BeforeEach
    void attach() {
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
        sweep.attached(names.add(WEB, "web"), Optional.empty());
    }

    private void packet(final Flow flow, final Direction direction, final int bytes) {
        datapath.packet(0, flow, direction, bytes);
        datapath.finish();
    }

    private List<FlowRecord> flows(final String... parameters) {
        final Map<String, List<String>> query = new java.util.LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            query.computeIfAbsent(parameters[i], name -> new ArrayList<>()).add(parameters[i + 1]);
        }
        return sweep.history().query(FlowQueryParser.parse(query, Clock.systemUTC())).items();
    }

    /** Where the one entry of CPU 0 that is in use lies. */
    private FlowWriter entry() {
        return datapath.flowInUse(0);
    }

    @Test
    void shouldOrientTheRecordByTheOpener() {
        packet(OUT, Direction.EGRESS, 100);
        packet(OUT, Direction.INGRESS, 1_500);

        final FlowRecord record = flows().get(0);

        assertThat(record.direction()).isEqualTo(Direction.EGRESS);
        assertThat(record.endpoint()).isEqualTo("client-eth0");
        assertThat(record.ip().source()).hasToString("10.1.0.1");
        assertThat(record.ip().destination()).hasToString("10.2.0.7");
        assertThat(record.l4()).isEqualTo(new FlowRecord.L4("TCP", 41_234, 80));
        assertThat(record.packets()).isEqualTo(1);
        assertThat(record.bytes()).isEqualTo(100);
        assertThat(record.replyPackets()).isEqualTo(1);
        assertThat(record.replyBytes()).isEqualTo(1_500);
        assertThat(record.source().pod()).isEqualTo("client");
        assertThat(record.end()).isNull();
    }

    @Test
    void shouldMergeTheEntriesOfTwoCpus() {
        datapath.packet(0, OUT, Direction.EGRESS, 100);
        datapath.packet(1, OUT, Direction.INGRESS, 1_500);
        datapath.finish();

        assertThat(flows()).hasSize(1);
        assertThat(flows().get(0).packets()).isEqualTo(1);
        assertThat(flows().get(0).replyPackets()).isEqualTo(1);
    }

    @Test
    void shouldCountOnWhereTheCountersOfAnEntryWrap() {
        packet(OUT, Direction.EGRESS, 100);
        entry().packets(Direction.EGRESS, (1L << 40) - 2).bytes(Direction.EGRESS, (1L << 48) - 150);
        assertThat(flows().get(0).bytes()).isEqualTo((1L << 48) - 50);

        packet(OUT, Direction.EGRESS, 100);
        packet(OUT, Direction.EGRESS, 100);

        assertThat(flows().get(0).packets()).isEqualTo((1L << 40) + 1);
        assertThat(flows().get(0).bytes()).isEqualTo((1L << 48) + 150);
    }

    @Test
    void shouldGiveTheFlowsOfTheEndpointsAskedFor() {
        for (int port = 0; port < 4; port++) {
            packet(new Flow(CLIENT, 7, 41_000 + port, 80, 900), Direction.EGRESS, 100);
            packet(new Flow(WEB, 8, 80, 42_000 + port, 900), Direction.INGRESS, 100);
        }

        assertThat(flows("endpoint", "client-eth0"))
                .hasSize(4)
                .extracting(FlowRecord::endpoint)
                .containsOnly("client-eth0");
        assertThat(flows("endpoint", "client-eth0", "endpoint", "web-eth0")).hasSize(8);
        assertThat(flows("endpoint", "client-eth0", "port", "41002")).hasSize(1);
        assertThat(flows("endpoint", "client-eth0", "not-endpoint", "client-eth0")).isEmpty();
        assertThat(flows("not-endpoint", "client-eth0")).hasSize(4);
    }

    @Test
    void shouldMakeTwoRecordsOfOneTupleUsedTwice() {
        packet(OUT, Direction.EGRESS, 100);
        flows();
        packet(new Flow(CLIENT, 7, 41_234, 80, 901), Direction.EGRESS, 200);

        assertThat(flows()).extracting(FlowRecord::bytes).containsExactlyInAnyOrder(100L, 200L);
    }

    @Test
    void shouldNameBothEndsWhenBothAreLocal() {
        localPair().putInt(FlowEntry.REMOTE_IDENTITY_OFFSET, 1002);

        final FlowRecord record = flows().get(0);

        assertThat(record.destination().pod()).isEqualTo("web");
        assertThat(record.destination().labels()).isEqualTo(Map.of("app", "web"));
        assertThat(record.destination().netns()).isEqualTo(4_026_532_302L);
    }

    /** A flow from client to web, as client recorded it. */
    private FlowWriter localPair() {
        packet(OUT, Direction.EGRESS, 100);
        return entry().remote(IpAddress.parse("10.1.0.2"));
    }

    @Test
    void shouldNameAPeerOutsideByItsNarrowestCidr() {
        names.identities.put(
                300,
                new IdentityInfo(
                        300,
                        null,
                        Map.of(),
                        List.of(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("10.2.0.0/16"))));
        packet(OUT, Direction.EGRESS, 100);
        entry().putInt(FlowEntry.REMOTE_IDENTITY_OFFSET, 300);

        final FlowRecord.Party peer = flows().get(0).destination();

        assertThat(peer.identity()).isEqualTo(300);
        assertThat(peer.cidr()).isEqualTo("10.2.0.0/16");
        assertThat(peer.pod()).isNull();
    }

    @Test
    void shouldWriteTheLayoutOfTheContractAndNothingUnknown() {
        names.rules.put(
                5,
                new RuleRef(
                        5,
                        "NetworkPolicy",
                        "default",
                        "web-allow",
                        Direction.EGRESS,
                        0,
                        "egress[0]",
                        ""));
        final Instant before = Instant.now();
        packet(OUT, Direction.EGRESS, 100);
        entry().rule(5)
                .tcpFlags(Direction.EGRESS, 0x1A)
                .putInt(FlowEntry.REMOTE_IDENTITY_OFFSET, IdentityInfo.WORLD)
                .putByte(FlowEntry.STATE_OFFSET, TcpState.ESTABLISHED.ordinal())
                .putInt(FlowEntry.HANDSHAKE_NETWORK_NS_OFFSET, 61_000)
                .putInt(FlowEntry.HANDSHAKE_CONTAINER_NS_OFFSET, 20_000)
                .tell();

        final JsonNode json = new ObjectMapper().valueToTree(flows().get(0));

        assertThat(json.path("node").asText()).isEqualTo("n1");
        assertThat(json.path("direction").asText()).isEqualTo("egress");
        assertThat(json.path("verdict").asText()).isEqualTo("allowed");
        assertThat(json.path("reason").asText()).isEqualTo("policy");
        assertThat(json.path("ip").toString())
                .isEqualTo(
                        "{\"version\":4,\"source\":\"10.1.0.1\",\"destination\":\"10.2.0.7\","
                                + "\"dscp\":0}");
        assertThat(json.path("tcp").toString())
                .isEqualTo(
                        "{\"flags\":[\"SYN\",\"ACK\",\"PSH\"],\"state\":\"established\","
                                + "\"handshakeNanos\":81000,\"handshakeNetworkNanos\":61000,"
                                + "\"handshakeContainerNanos\":20000,"
                                + "\"source\":{\"flags\":[\"SYN\",\"ACK\",\"PSH\"]},"
                                + "\"destination\":{\"flags\":[]}}");
        assertThat(json.path("communityId").asText()).startsWith("1:");
        assertThat(json.at("/source/mac").asText()).isEqualTo("02:00:00:00:00:01");
        assertThat(json.at("/source/interface").asText()).isEqualTo("veth1");
        assertThat(json.path("policy").toString())
                .isEqualTo(
                        "[{\"kind\":\"NetworkPolicy\",\"namespace\":\"default\","
                                + "\"name\":\"web-allow\",\"rule\":\"egress[0]\"}]");
        assertThat(json.path("destination").toString())
                .isEqualTo("{\"identity\":2,\"entity\":\"world\"}");
        assertThat(json.has("end")).isFalse();
        assertThat(json.has("icmp")).isFalse();
        assertThat(Instant.parse(json.path("time").asText()))
                .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    }

    @Test
    void shouldRecordDeniedTrafficWithTheSendersLastPort() {
        datapath.deniedPacket(0, OUT, Direction.EGRESS, 74);
        datapath.deniedPacket(1, new Flow(CLIENT, 7, 50_000, 80, 0), Direction.EGRESS, 74);
        datapath.finish();

        final List<FlowRecord> denied = flows("verdict", "denied");

        assertThat(denied).hasSize(1);
        assertThat(denied.get(0).reason()).isEqualTo(Reason.NO_RULE);
        assertThat(denied.get(0).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(denied.get(0).packets()).isEqualTo(2);
        assertThat(denied.get(0).l4().destinationPort()).isEqualTo(80);
        assertThat(denied.get(0).l4().sourcePort()).isIn(41_234, 50_000);
    }

    @Test
    void shouldNameThePoliciesThatIsolateWhereNoRuleAllows() {
        names.isolating = List.of(new ObjectMeta("web", "default", null, null, Map.of(), Map.of()));
        datapath.deniedPacket(0, OUT, Direction.EGRESS, 74);
        datapath.deniedPacket(0, OUT, Direction.EGRESS, 74, Reason.SPOOFED_ADDRESS);
        datapath.finish();

        final JsonNode json =
                new ObjectMapper().valueToTree(flows("reason", "no-rule").get(0).policy());

        assertThat(json.toString())
                .isEqualTo(
                        "[{\"kind\":\"NetworkPolicy\",\"namespace\":\"default\",\"name\":\"web\"}]");
        assertThat(flows("reason", "spoofed-address").get(0).policy()).isNull();
    }

    @Test
    void shouldGiveNoSourceAddressWhereTheContainerMadeItUp() {
        datapath.deniedPacket(0, OUT, Direction.EGRESS, 74, Reason.SPOOFED_ADDRESS);
        datapath.finish();

        final FlowRecord spoofed = flows("verdict", "denied").get(0);

        assertThat(spoofed.reason()).isEqualTo(Reason.SPOOFED_ADDRESS);
        final JsonNode ip = new ObjectMapper().valueToTree(spoofed.ip());
        assertThat(ip.has("source")).isFalse();
        assertThat(ip.path("version").asInt()).isEqualTo(4);
        assertThat(ip.path("destination").asText()).startsWith("10.2.");
        assertThat(flows("from-ip", "0.0.0.0/0")).isEmpty();
        assertThat(flows("to-ip", "10.2.0.0/16")).hasSize(1);
    }

    @Test
    void shouldAnswerWithTheNewestAndSayHowManyMatched() {
        for (int remote = 0; remote < 9; remote++) {
            packet(new Flow(CLIENT, remote, 40_000 + remote, 80, 900), Direction.EGRESS, 100);
        }

        final FlowAnswer answer = sweep.history().query(new FlowQuery(3, null, null, List.of()));

        assertThat(answer.items()).hasSize(3);
        assertThat(answer.matched()).isEqualTo(9);
        assertThat(answer.items()).isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
    }

    @Test
    void shouldHonourSinceAndUntil() {
        packet(OUT, Direction.EGRESS, 100);

        assertThat(flows("since", "1h")).hasSize(1);
        assertThat(flows("until", "1h")).isEmpty();
        assertThat(flows("since", Instant.now().plusSeconds(60).toString())).isEmpty();
    }

    @Test
    void shouldEndFlowsAndKeepTheirNamesWhenTheEndpointGoes() {
        packet(OUT, Direction.EGRESS, 100);
        names.endpoints.remove(CLIENT);
        sweep.detached(CLIENT);
        sweep.attached(names.add(CLIENT, "another"), Optional.empty());
        packet(new Flow(CLIENT, 3, 50_000, 80, 950), Direction.EGRESS, 60);

        assertThat(flows("pod", "client"))
                .singleElement()
                .satisfies(flow -> assertThat(flow.end()).isNotNull());
        assertThat(flows("pod", "another"))
                .singleElement()
                .satisfies(flow -> assertThat(flow.end()).isNull());
    }

    @Test
    void shouldStartAReusedNumberAtZero() {
        packet(OUT, Direction.EGRESS, 100);
        assertThat(stats(CLIENT).egress().allowed()).isEqualTo(new ContainerStats.Count(1, 100));
        sweep.detached(CLIENT);
        sweep.attached(names.add(CLIENT, "another"), Optional.empty());

        assertThat(stats(CLIENT).egress().allowed()).isEqualTo(ContainerStats.Count.ZERO);
        assertThat(stats(CLIENT).activeFlows()).isZero();
    }

    @Test
    void shouldCountOnFromTheKeptBaselineAfterARestart() throws Exception {
        packet(OUT, Direction.EGRESS, 100);
        final ObjectMapper json = new ObjectMapper();
        final String kept = json.writeValueAsString(sweep.baseline(CLIENT).orElseThrow());
        final FlowSweep next = datapath.sweep(names);
        next.attached(
                names.endpoints.get(CLIENT),
                Optional.of(json.readValue(kept, CounterBaseline.class)));

        assertThat(next.statistics().read(CLIENT).orElseThrow().egress().allowed())
                .isEqualTo(new ContainerStats.Count(1, 100));
    }

    private ContainerStats stats(final int number) {
        return sweep.statistics().read(number).orElseThrow();
    }

    @Test
    void shouldTellTotalsByDirectionVerdictAndReason() {
        packet(OUT, Direction.EGRESS, 100);
        packet(OUT, Direction.INGRESS, 1_500);
        datapath.deniedPacket(1, OUT, Direction.EGRESS, 74);
        datapath.finish();
        entry().putInt(FlowEntry.HANDSHAKE_NETWORK_NS_OFFSET, 61_000).tell();

        final ContainerStats stats = stats(CLIENT);

        assertThat(stats.endpoint()).isEqualTo("client-eth0");
        assertThat(stats.ingress().allowed()).isEqualTo(new ContainerStats.Count(1, 1_500));
        assertThat(stats.egress().denied()).isEqualTo(new ContainerStats.Count(1, 74));
        assertThat(stats.drops()).isEqualTo(Map.of("no-rule", new ContainerStats.Count(1, 74)));
        assertThat(stats.activeFlows()).isEqualTo(2);
        assertThat(stats.tcp().handshakeNetwork().count()).isEqualTo(1);
        assertThat(stats.tcp().handshakeNetwork().p50()).isBetween(60_000L, 62_000L);
        assertThat(stats.tcp().handshake()).isNull();
    }

    @Test
    void shouldStreamStartChangeAndEnd() {
        final List<FlowSubscription> told = new ArrayList<>();
        final FlowSubscription subscription =
                sweep.history().subscribe(FlowQuery.ALL, 10, told::add);
        packet(OUT, Direction.EGRESS, 100);
        flows();
        entry().putByte(FlowEntry.STATE_OFFSET, TcpState.ESTABLISHED.ordinal()).tell();
        packet(OUT, Direction.EGRESS, 100);
        flows();
        sweep.detached(CLIENT);

        assertThat(poll(subscription))
                .extracting(item -> ((FlowRecord) item).event())
                .containsExactly(
                        FlowRecord.Event.STARTED, FlowRecord.Event.CHANGED, FlowRecord.Event.ENDED);
        assertThat(told).isNotEmpty();
    }

    @Test
    void shouldReportWhatChangedTooEarlyOnceItIsDueThoughNothingElseHappens() throws Exception {
        final FlowSweep often =
                datapath.sweep(
                        new FlowSettings("n1", 1_000, 1 << 20, 100, Timeouts.defaults()), names);
        often.attached(names.add(CLIENT, "client"), Optional.empty());
        final FlowSubscription subscription =
                often.history().subscribe(FlowQuery.ALL, 10, each -> {});
        packet(OUT, Direction.EGRESS, 100);
        often.statistics().read();
        packet(OUT, Direction.EGRESS, 100);
        often.statistics().read();
        final int reported = datapath.clock.now();
        Await.until(() -> datapath.clock.now() - reported > 25, "a tenth of a second");

        often.statistics().read();

        final List<FlowStreamItem> told = poll(subscription);
        assertThat(told)
                .extracting(item -> ((FlowRecord) item).event())
                .containsExactly(FlowRecord.Event.STARTED, FlowRecord.Event.CHANGED);
        assertThat(((FlowRecord) told.get(1)).packets()).isEqualTo(2);
    }

    @Test
    void shouldTellTheSlowestWhatItLostWhereItLostIt() throws Exception {
        final FlowSubscription slow =
                sweep.history().subscribe(FlowQuery.ALL, 4, subscription -> {});
        final FlowSubscription fast =
                sweep.history().subscribe(FlowQuery.ALL, 100, subscription -> {});
        for (int remote = 0; remote < 10; remote++) {
            packet(new Flow(CLIENT, remote, 40_000 + remote, 80, 900), Direction.EGRESS, 100);
            flows();
        }
        final List<FlowStreamItem> before = poll(slow);
        packet(new Flow(CLIENT, 20, 50_000, 80, 900), Direction.EGRESS, 100);
        flows();

        assertThat(before).hasSize(4).allMatch(item -> item instanceof FlowRecord);
        final List<FlowStreamItem> after = poll(slow);
        assertThat(after).hasSize(2);
        assertThat(new ObjectMapper().valueToTree(after.get(0)).at("/lost/records").asInt())
                .isEqualTo(6);
        assertThat(after.get(1)).isInstanceOf(FlowRecord.class);
        assertThat(slow.lost()).isEqualTo(6);
        assertThat(poll(fast)).hasSize(11);
        assertThat(sweep.history().completeness().subscriberLost()).isEqualTo(6);
    }

    @Test
    void shouldStreamOnlyWhatTheFilterWants() {
        final FlowSubscription subscription =
                sweep.history()
                        .subscribe(
                                FlowQueryParser.parse(
                                        Map.of("not-pod", List.of("client")), Clock.systemUTC()),
                                10,
                                ready -> {});
        packet(OUT, Direction.EGRESS, 100);
        packet(new Flow(WEB, 3, 50_000, 80, 900), Direction.EGRESS, 100);
        flows();
        subscription.close();
        packet(new Flow(WEB, 4, 50_000, 80, 900), Direction.EGRESS, 100);
        flows();

        assertThat(poll(subscription))
                .singleElement()
                .satisfies(item -> assertThat(((FlowRecord) item).source().pod()).isEqualTo("web"));
        assertThat(sweep.history().completeness().subscribers()).isZero();
    }

    @Test
    void shouldLeaveTheCachesAloneWhileNothingMoves() {
        final FlowSweep eager =
                datapath.sweep(
                        new FlowSettings("n1", 10, 1 << 20, 10_000, Timeouts.defaults()), names);
        eager.attached(names.endpoints.get(CLIENT), Optional.empty());
        packet(OUT, Direction.EGRESS, 100);
        works(eager, 3);
        final long before = eager.history().completeness().sweeps();

        works(eager, 8);

        assertThat(before).isBetween(2L, 3L);
        assertThat(eager.history().completeness().sweeps()).isEqualTo(before);
        assertThat(eager.history().completeness().live()).isEqualTo(1);
        packet(OUT, Direction.EGRESS, 100);
        works(eager, 1);
        assertThat(eager.history().completeness().sweeps()).isEqualTo(before + 1);
    }

    /** So many turns of its duty cycle in which a sweep is due. */
    private static void works(final FlowSweep sweep, final int turns) {
        for (int i = 0; i < turns; i++) {
            final long due = System.nanoTime() + 11_000_000L;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            sweep.doWork();
        }
    }

    private static List<FlowStreamItem> poll(final FlowSubscription subscription) {
        final List<FlowStreamItem> items = new ArrayList<>();
        for (FlowStreamItem item = subscription.poll(); item != null; item = subscription.poll()) {
            items.add(item);
        }
        return items;
    }

    @Test
    void shouldReportLostEventsAsOverflow() {
        final SimulatedDatapath deaf = new SimulatedDatapath(1, 1, 1, 0);
        final FlowSweep sweeping = deaf.sweep(names);
        final Endpoint client = names.endpoints.get(CLIENT);
        sweeping.attached(client, Optional.empty());
        deaf.packet(0, OUT, Direction.EGRESS, 100);
        deaf.finish();
        sweeping.history().query(FlowQuery.ALL);
        deaf.packet(0, OUT, Direction.EGRESS, 100);
        deaf.packet(0, new Flow(CLIENT, 9, 1, 2, 3), Direction.EGRESS, 50);
        deaf.finish();

        final FlowAnswer answer = sweeping.history().query(FlowQuery.ALL);

        assertThat(answer.items())
                .extracting(FlowRecord::packets)
                .containsExactlyInAnyOrder(1L, 1L);
        assertThat(answer.completeness().overflowPackets()).isEqualTo(1);
        assertThat(sweeping.statistics().read(CLIENT).orElseThrow().overflow())
                .isEqualTo(new ContainerStats.Count(1, 100));
    }
}
