package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.explain.Explainer;
import dev.weir.controller.explain.VerdictAnswer;
import dev.weir.controller.explain.VerdictQuery;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.judge.Judgement;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.testkit.Outcome;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The programs decide random packets under random policies as {@link NaiveEvaluator} does, and as a
 * user is told: compiler, tables, parser, lookups and explanation at once. Tagged for jqwik, which
 * does not know Jupiter's annotations.
 */
@Tag("kernel")
class KernelDecisionsIT {
    private static final ProgramUnderTest WEIR = new ProgramUnderTest();
    private static final int TRIES = 400;
    private static final int PACKETS = 150;

    /** Some packets cannot be sent: no address of the family, or not the first without ports. */
    private static final int FEWEST_DECISIONS = 20_000;

    private static int decisions;
    private static int clientPort = 1024;

    private final Set<List<Object>> portless = new HashSet<>();

    /** A state and packets for it. */
    record Case(DesiredState desired, List<Packet> packets) {}

    @BeforeContainer
    static void open() throws Exception {
        WEIR.beforeAll(null);
    }

    @AfterContainer
    static void close() throws Exception {
        WEIR.afterAll(null);
    }

    @Provide
    Arbitrary<Case> cases() {
        return Scenarios.tieredStates()
                .flatMap(
                        desired ->
                                Scenarios.packets(desired, remotes(desired))
                                        .list()
                                        .ofSize(PACKETS)
                                        .map(packets -> new Case(desired, packets)));
    }

    private static List<IpAddress> remotes(final DesiredState desired) {
        return Scenarios.edges(desired).stream().filter(KernelDecisionsIT::isUnicast).toList();
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void shouldDecideInTheKernelAsThePoliciesSay(@ForAll("cases") final Case tried) {
        final CompiledState compiled = PolicyCompiler.compile(tried.desired, CompiledState.EMPTY);
        write(tried.desired, compiled);
        final RowLookup lookup = new RowLookup(compiled, tried.desired.hostPolicy());
        for (final Packet packet : tried.packets) {
            check(tried.desired, compiled, lookup, packet);
        }
    }

    @AfterProperty
    void shouldHaveDecidedEnough() {
        assertThat(decisions).as("decisions").isGreaterThan(FEWEST_DECISIONS);
    }

    private void write(final DesiredState desired, final CompiledState compiled) {
        WEIR.reset();
        portless.clear();
        final Dataplane dataplane = WEIR.dataplane();
        final int revision = dataplane.control().revision();
        desired.endpoints()
                .forEach(
                        (number, endpoint) -> {
                            dataplane
                                    .endpoints()
                                    .write(
                                            number,
                                            new EndpointRow(
                                                    1,
                                                    ProgramUnderTest.MAC,
                                                    compiled.identityByEndpoint().get(number),
                                                    0,
                                                    endpoint.addresses()));
                            dataplane
                                    .endpoints()
                                    .policy(number, revision, compiled.endpoints().get(number));
                        });
        compiled.policies().values().forEach(each -> dataplane.policies().putAll(each.rows()));
        dataplane.peers().putAll(rows(compiled.peers()));
        dataplane.cidrs().putAll(rows(compiled.cidrs()));
        dataplane.control().flags(desired.hostPolicy(), true, true);
    }

    private static <K> Map<K, PeerRow> rows(final Map<K, Integer> identities) {
        final Map<K, PeerRow> rows = new HashMap<>();
        identities.forEach((key, identity) -> rows.put(key, new PeerRow(identity, identity, 0, 0)));
        return rows;
    }

    /** Leaves out what cannot be sent, or would not open a connection. */
    private void check(
            final DesiredState desired,
            final CompiledState compiled,
            final RowLookup lookup,
            final Packet packet) {
        final Optional<IpAddress> local =
                desired.endpoints().get(packet.endpoint()).addresses().stream()
                        .filter(own -> own.isIpv4() == packet.remote().isIpv4())
                        .findFirst();
        final boolean ported = List.of(6, 17, 132).contains(packet.protocol());
        if (local.isEmpty() || ported && packet.port() == 0 || !ported && !isFirst(packet)) {
            return;
        }
        decisions++;
        final NaiveEvaluator.Judgement expected = new NaiveEvaluator(desired).judge(packet);
        assertThat(explained(desired, compiled, packet))
                .as("%s", packet)
                .isEqualTo(expected.reason());
        assertThat(CompilerPropertyTest.judge(compiled, lookup, packet))
                .as("rows, %s", packet)
                .isEqualTo(expected);
        assertThat(asked(compiled, packet, local.get()))
                .as("asked, %s", packet)
                .isEqualTo(expected);
        final byte[] bytes = bytes(packet, local.get());
        final Outcome outcome =
                packet.direction() == Direction.INGRESS
                        ? WEIR.toContainer(packet.endpoint(), bytes)
                        : WEIR.fromContainer(packet.endpoint(), bytes);
        assertThat(outcome.reason()).as("%s", packet).isEqualTo(expected.reason());
        if (expected.reason().isDrop()) {
            outcome.dropped();
            return;
        }
        outcome.passed();
        if (ported) {
            final RuleRef rule = compiled.rules().get(outcome.flow().rule());
            assertThat(rule == null ? "" : rule.policy() + " " + rule.index())
                    .as("%s", packet)
                    .isEqualTo(expected.rule());
        }
    }

    /** What the kernel says without a packet. */
    private static NaiveEvaluator.Judgement asked(
            final CompiledState compiled, final Packet packet, final IpAddress local) {
        final boolean in = packet.direction() == Direction.INGRESS;
        final Judgement said =
                WEIR.dataplane()
                        .judge()
                        .judge(
                                new FlowKey(
                                        packet.endpoint(),
                                        local,
                                        packet.remote(),
                                        in ? packet.port() : 0,
                                        in ? 0 : packet.port(),
                                        packet.protocol()),
                                packet.direction())
                        .orElseThrow();
        final RuleRef rule = compiled.rules().get(said.rule());
        return new NaiveEvaluator.Judgement(
                said.verdict(),
                said.reason(),
                rule == null ? "" : rule.policy() + " " + rule.index());
    }

    /** What a user would be told. */
    private static Reason explained(
            final DesiredState desired, final CompiledState compiled, final Packet packet) {
        final boolean in = packet.direction() == Direction.INGRESS;
        final VerdictQuery.Party own = new VerdictQuery.EndpointParty(packet.endpoint());
        final VerdictQuery.Party remote = new VerdictQuery.AddressParty(packet.remote());
        final VerdictAnswer answer =
                Explainer.explain(
                        compiled,
                        desired,
                        new VerdictQuery(
                                in ? remote : own,
                                in ? own : remote,
                                packet.protocol(),
                                packet.port()));
        return (in ? answer.ingress() : answer.egress()).orElseThrow().reason();
    }

    /** Without ports a second packet would belong to the connection of the first. */
    private boolean isFirst(final Packet packet) {
        return portless.add(List.of(packet.endpoint(), packet.remote(), packet.protocol()));
    }

    private static boolean isUnicast(final IpAddress address) {
        return address.toString().matches("(10|192)\\..*|(fd00|2001):.*");
    }

    private byte[] bytes(final Packet packet, final IpAddress local) {
        final boolean in = packet.direction() == Direction.INGRESS;
        final Packets ip =
                Packets.ip(
                        (in ? packet.remote() : local).toString(),
                        (in ? local : packet.remote()).toString());
        clientPort = clientPort == 65535 ? 1024 : clientPort + 1;
        return switch (packet.protocol()) {
            case 6 -> ip.tcp(clientPort, packet.port()).flags(Packets.SYN).build();
            case 17 -> ip.udp(clientPort, packet.port()).payload(20).build();
            case 132 -> ip.sctp(clientPort, packet.port()).payload(20).build();
            case 1 -> local.isIpv4() ? ip.echoRequest(clientPort, 1).build() : other(ip, 1);
            case 58 -> local.isIpv4() ? other(ip, 58) : ip.echoRequest(clientPort, 1).build();
            default -> other(ip, packet.protocol());
        };
    }

    private static byte[] other(final Packets ip, final int protocol) {
        return ip.protocol(protocol).payload(20).build();
    }
}
