package dev.weir.dataplane.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.capture.PacketFilter.Side;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A container that sends datagrams to its host, while its packets are captured. */
@KernelTest
class PacketCaptureIT {
    private static final TableSizes SMALL =
            new TableSizes(256, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);
    private static final int RING = 1 << 20;
    private static final int NUMBER = 3;
    private static final int UDP = 17;

    @RegisterExtension final TemporaryBpffs bpffs = new TemporaryBpffs();

    private Netns container;
    private Netns.Veth veth;
    private DatagramSocket host;

    /** A packet as the test wants to look at it. */
    private record Seen(Direction direction, Reason reason, int length, byte[] bytes) {}

    @BeforeEach
    void makeContainer() throws Exception {
        container = Netns.create();
        veth = container.veth("eth0");
        Netns.host("ip", "addr", "add", "10.79.3.1/24", "dev", veth.outer().name());
        container.run("ip", "addr", "add", "10.79.3.2/24", "dev", "eth0");
        host = new DatagramSocket(null);
        host.bind(new InetSocketAddress("10.79.3.1", 0));
        host.setSoTimeout(5_000);
    }

    @AfterEach
    void removeContainer() {
        host.close();
        container.close();
    }

    private Dataplane open(final AttachMode mode) {
        return Dataplane.open(
                DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot())
                        .withSizes(SMALL)
                        .withAttachMode(mode));
    }

    private void manage(final Dataplane weir, final EndpointPolicy policy) {
        final List<IpAddress> addresses = List.of(IpAddress.parse("10.79.3.2"));
        final int ifIndex = veth.outer().ifIndex();
        weir.endpoints()
                .write(NUMBER, new EndpointRow(ifIndex, veth.inner().mac(), 300, 0, addresses));
        final int next = weir.control().revision() + 1;
        weir.endpoints().policy(NUMBER, next, policy);
        weir.endpoints().bind(ifIndex, NUMBER);
        weir.control().revision(next);
        weir.control().awaitGrace();
        weir.hooks().attach(ifIndex);
    }

    private void send(final int count, final int bytes) throws Exception {
        container.call(
                () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        final InetAddress to = InetAddress.getByName("10.79.3.1");
                        for (int i = 0; i < count; i++) {
                            socket.send(
                                    new DatagramPacket(
                                            new byte[bytes], bytes, to, host.getLocalPort()));
                        }
                    }
                    return null;
                });
    }

    private static long counted(final Dataplane weir, final Reason reason) {
        return weir.counters().packets(NUMBER, Direction.EGRESS, reason);
    }

    /** Everything that was copied, once the counters say that {@code packets} were decided. */
    private static List<Seen> seen(
            final Dataplane weir,
            final PacketCapture capture,
            final Reason reason,
            final long packets)
            throws Exception {
        Await.until(() -> counted(weir, reason) == packets, packets + " packets " + reason);
        weir.control().awaitGrace(); // counted is before copied: now no program is in between
        final List<Seen> seen = new ArrayList<>();
        capture.poll(
                p -> seen.add(new Seen(p.direction(), p.reason(), p.length(), p.bytes())), 1_000);
        return seen;
    }

    private static PacketFilter udp(final Set<Reason> reasons, final int snap) {
        final BitSet udp = new BitSet();
        udp.set(UDP);
        return new PacketFilter(
                udp, reasons, EnumSet.allOf(Direction.class), snap, List.of(), List.of());
    }

    @ParameterizedTest
    @EnumSource(names = {"TCX", "CLSACT"})
    void shouldCopyAllowedAndDeniedPacketsAndCountThemAsEver(final AttachMode mode)
            throws Exception {
        try (Dataplane weir = open(mode)) {
            final int ifIndex = veth.outer().ifIndex();
            manage(weir, EndpointPolicy.OPEN);
            final InterfaceHooks before = weir.hooks().inspect(ifIndex);
            try (PacketCapture capture =
                    weir.capture(udp(EnumSet.allOf(Reason.class), 65_536), RING)) {
                send(2, 100); // before: not copied
                Await.until(() -> counted(weir, Reason.NOT_ISOLATED) == 2, "two packets");
                assertThat(capture.add(ifIndex)).isTrue();
                assertThat(capture.add(ifIndex)).as("only once").isFalse();
                assertThat(weir.hooks().inspect(ifIndex).enforcing()).isTrue();
                assertThat(weir.hooks().inspect(ifIndex).from().programId())
                        .isNotEqualTo(before.from().programId());

                send(3, 700);
                final List<Seen> passed = seen(weir, capture, Reason.NOT_ISOLATED, 5);
                manage(weir, EndpointPolicy.of(1, false, true, 0));
                send(4, 700);
                final List<Seen> denied = seen(weir, capture, Reason.NO_RULE, 4);

                assertThat(passed).hasSize(3);
                assertThat(passed).allMatch(p -> p.reason() == Reason.NOT_ISOLATED);
                assertThat(passed).allMatch(p -> p.direction() == Direction.EGRESS);
                assertThat(passed).allMatch(p -> p.length() == 742 && p.bytes().length == 742);
                assertThat(passed.get(0).bytes())
                        .startsWith(
                                HexFormat.ofDelimiter(":").parseHex(veth.outer().mac().toString()));
                assertThat(denied).hasSize(4).allMatch(p -> p.reason() == Reason.NO_RULE);
                assertThat(capture.lost(NUMBER)).isZero();
                capture.stop();
                assertThat(weir.hooks().inspect(ifIndex)).isEqualTo(before);
                send(2, 700);
                Await.until(() -> counted(weir, Reason.NO_RULE) == 6, "two more");
                assertThat(capture.matched(NUMBER)).isEqualTo(7);
            }
            assertThat(weir.hooks().inspect(ifIndex)).isEqualTo(before);
        }
    }

    @Test
    void shouldCutPacketsToWhatWasAskedFor() throws Exception {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            manage(weir, EndpointPolicy.OPEN);
            for (final int snap : new int[] {1, 128, 129, 512, 600, 1_400}) {
                final long before = counted(weir, Reason.NOT_ISOLATED);
                try (PacketCapture capture =
                        weir.capture(udp(EnumSet.allOf(Reason.class), snap), RING)) {
                    capture.add(veth.outer().ifIndex());
                    send(1, 1_200);
                    final List<Seen> seen = seen(weir, capture, Reason.NOT_ISOLATED, before + 1);
                    assertThat(seen).hasSize(1);
                    assertThat(seen.get(0).length()).isEqualTo(1_242);
                    assertThat(seen.get(0).bytes()).hasSize(Math.min(snap, 1_242));
                }
            }
        }
    }

    @Test
    void shouldCountWhatTheRingHadNoRoomFor() throws Exception {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            manage(weir, EndpointPolicy.OPEN);
            try (PacketCapture capture =
                    weir.capture(udp(EnumSet.allOf(Reason.class), 65_536), 4_096)) {
                capture.add(veth.outer().ifIndex());
                send(10, 1_000); // 2,128 bytes of the ring each
                final List<Seen> seen = seen(weir, capture, Reason.NOT_ISOLATED, 10);
                assertThat(seen).hasSize(1);
                assertThat(capture.matched(NUMBER)).isEqualTo(10);
                assertThat(capture.lost(NUMBER)).isEqualTo(9);
            }
        }
    }

    /** Filters and whether a datagram of the container's to port {@code port} passes them. */
    private record Case(String name, PacketFilter filter, boolean wanted) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static PacketFilter addresses(final PacketFilter.Address... addresses) {
        final PacketFilter all = udp(EnumSet.allOf(Reason.class), 200);
        return new PacketFilter(
                all.protocols(),
                all.reasons(),
                all.directions(),
                200,
                List.of(addresses),
                List.of());
    }

    private static PacketFilter.Address address(
            final String cidr, final Side side, final boolean not) {
        return new PacketFilter.Address(IpPrefix.parse(cidr), side, not);
    }

    static Stream<Case> filters() {
        final PacketFilter.Address elsewhere = address("192.0.2.0/24", Side.EITHER, false);
        return Stream.of(
                new Case("the sender", addresses(address("10.79.3.2/32", Side.FROM, false)), true),
                new Case(
                        "the sender as receiver",
                        addresses(address("10.79.3.2/32", Side.TO, false)),
                        false),
                new Case(
                        "either, by an odd length",
                        addresses(address("10.79.2.0/23", Side.EITHER, false)),
                        true),
                new Case("somebody else", addresses(elsewhere), false),
                new Case(
                        "one of eight",
                        addresses(
                                elsewhere,
                                elsewhere,
                                elsewhere,
                                elsewhere,
                                elsewhere,
                                elsewhere,
                                elsewhere,
                                address("10.79.3.1/32", Side.EITHER, false)),
                        true),
                new Case(
                        "from and to",
                        addresses(
                                address("10.79.3.2/32", Side.FROM, false),
                                address("192.0.2.1/32", Side.TO, false)),
                        false),
                new Case(
                        "not the receiver",
                        addresses(address("10.79.3.1/32", Side.TO, true)),
                        false),
                new Case(
                        "not somebody else",
                        addresses(address("192.0.2.1/32", Side.TO, true)),
                        true),
                new Case("all of IPv4", addresses(address("0.0.0.0/0", Side.EITHER, false)), true),
                new Case("all of IPv6", addresses(address("::/0", Side.EITHER, false)), false),
                new Case("only what is dropped", udp(EnumSet.of(Reason.NO_RULE), 200), false));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void shouldCopyOnlyWhatTheFilterWants(final Case tried) throws Exception {
        assertCopied(tried.filter(), tried.wanted());
    }

    @Test
    void shouldTellPortsAndSidesApart() throws Exception {
        final int port = host.getLocalPort();
        assertCopied(ports(new PacketFilter.Ports(port, port, Side.TO, false)), true);
        assertCopied(ports(new PacketFilter.Ports(port, port, Side.FROM, false)), false);
        assertCopied(ports(new PacketFilter.Ports(port - 5, port + 5, Side.TO, true)), false);
        assertCopied(
                ports(
                        new PacketFilter.Ports(1, 1, Side.EITHER, false),
                        new PacketFilter.Ports(0, 65_535, Side.EITHER, false)),
                true);
    }

    private static PacketFilter ports(final PacketFilter.Ports... ports) {
        final PacketFilter all = udp(EnumSet.allOf(Reason.class), 200);
        return new PacketFilter(
                all.protocols(), all.reasons(), all.directions(), 200, List.of(), List.of(ports));
    }

    private void assertCopied(final PacketFilter filter, final boolean wanted) throws Exception {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            manage(weir, EndpointPolicy.OPEN);
            final long before = counted(weir, Reason.NOT_ISOLATED);
            try (PacketCapture capture = weir.capture(filter, RING)) {
                capture.add(veth.outer().ifIndex());
                send(1, 100);
                assertThat(seen(weir, capture, Reason.NOT_ISOLATED, before + 1))
                        .hasSize(wanted ? 1 : 0);
            }
        }
    }

    @Test
    void shouldPutTheUsualProgramsBackWhenTheCapturersProcessIsGone() {
        final int ifIndex = veth.outer().ifIndex();
        final Dataplane dead = open(AttachMode.AUTO);
        manage(dead, EndpointPolicy.OPEN);
        final PacketCapture left = dead.capture(PacketFilter.all(100), RING);
        left.add(ifIndex); // never closed: as after a SIGKILL
        try (Dataplane next = open(AttachMode.AUTO)) {
            assertThat(next.hooks().inspect(ifIndex).from().status())
                    .isEqualTo(HookState.Status.OUTDATED);
            next.hooks().attach(ifIndex);
            assertThat(next.hooks().inspect(ifIndex).from().programId())
                    .isEqualTo(next.programs().get(0).id());
        }
        left.close();
        dead.close();
    }

    @Test
    void shouldTakeTheShieldAwayForAsLongAsItLasts() {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            final int ifIndex = veth.outer().ifIndex();
            manage(weir, EndpointPolicy.OPEN);
            weir.hooks().xdpOn(ifIndex, XdpMode.NATIVE);
            final InterfaceHooks before = weir.hooks().inspect(ifIndex);
            try (PacketCapture capture = weir.capture(PacketFilter.all(100), RING)) {
                capture.add(ifIndex);
                assertThat(weir.hooks().inspect(ifIndex).shield().status())
                        .isEqualTo(HookState.Status.MISSING);
                assertThat(weir.hooks().xdpOn(ifIndex, XdpMode.NATIVE).detail())
                        .isEqualTo("not while the interface's packets are captured");
            }
            assertThat(weir.hooks().inspect(ifIndex)).isEqualTo(before);
        }
    }

    @Test
    void shouldLeaveNothingOfACaptureOnAnInterfaceThatIsDetached() {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            final int ifIndex = veth.outer().ifIndex();
            manage(weir, EndpointPolicy.OPEN);
            try (PacketCapture capture = weir.capture(PacketFilter.all(100), RING)) {
                capture.add(ifIndex);
                weir.hooks().detach(ifIndex);
            }
            assertThat(weir.hooks().attached()).isEmpty();
        }
    }

    @Test
    void shouldRefuseMoreTermsThanTheKernelAsks() {
        final PacketFilter.Address one = address("192.0.2.0/24", Side.EITHER, false);
        assertThatThrownBy(() -> addresses(one, one, one, one, one, one, one, one, one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("addresses: 9 (expected: at most 8)");
    }
}
