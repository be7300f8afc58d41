package dev.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.IdleLimits;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.TableUsage;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class DataplaneIT {
    private static final TableSizes SMALL =
            new TableSizes(256, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);
    private static final TableSizes OTHER =
            new TableSizes(512, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);
    private static final Map<IpAddress, PeerRow> PEERS =
            Map.of(IpAddress.parse("10.1.0.3"), new PeerRow(300, 2, 7, 0));

    @RegisterExtension final TemporaryBpffs bpffs = new TemporaryBpffs();

    private DataplaneOptions options(final TableSizes sizes) {
        return DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot()).withSizes(sizes);
    }

    private List<String> pins() throws IOException {
        if (!Files.exists(bpffs.pinRoot())) {
            return List.of();
        }
        try (Stream<Path> names = Files.list(bpffs.pinRoot())) {
            return names.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldTakeOverTheTablesOfAnEarlierAgentWithAllTheyHold() {
        final FlowKey key =
                new FlowKey(1, IpAddress.parse("10.1.0.2"), IpAddress.parse("10.1.0.3"), 1, 2, 6);
        final IdleLimits limits;
        try (Dataplane first = Dataplane.open(options(SMALL))) {
            assertThat(first.takenOver()).isFalse();
            first.peers().putAll(PEERS);
            first.control().revision(7);
            first.control().timeouts(new ControlTable.Timeouts(1000, 2000, 3000, 1, 1, 1, 1, 1000));
            limits = first.control().idleLimits();
            first.connections()
                    .insert(
                            key,
                            Connection.adopted(
                                    1, 2, 3, 4, 1_000, Direction.EGRESS, TcpState.ESTABLISHED),
                            4);
        }
        try (Dataplane second = Dataplane.open(options(SMALL))) {
            assertThat(second.takenOver()).isTrue();
            assertThat(second.peers().readAll()).isEqualTo(PEERS);
            assertThat(second.peers().size()).isEqualTo(1);
            assertThat(second.control().revision()).isEqualTo(7);
            assertThat(second.control().idleLimits()).isEqualTo(limits);
            assertThat(limits.tcpEstablished())
                    .isBetween(second.clock().jiffies(3000), second.clock().jiffies(4000));
            assertThat(second.connections().removeEndpoints(number -> number == 1)).isEqualTo(1);
        }
    }

    @Test
    void shouldMakeNewTablesBesideTheOldOnesUntilEveryInterfaceHasMoved() throws IOException {
        try (Netns container = Netns.create()) {
            final int ifIndex = container.veth("eth0").outer().ifIndex();
            try (Dataplane first = Dataplane.open(options(SMALL))) {
                first.peers().putAll(PEERS);
                first.hooks().attach(ifIndex);
            }
            try (Dataplane second = Dataplane.open(options(OTHER))) {
                assertThat(second.takenOver()).isFalse();
                assertThat(second.peers().readAll()).isEmpty();
                assertThat(second.hooks().inspect(ifIndex).from().status())
                        .isEqualTo(HookState.Status.OUTDATED);
                assertThat(pins()).contains("tables-1", "tables-2");

                assertThat(second.hooks().attach(ifIndex).enforcing()).isTrue();
                second.retireOlderGenerations();

                assertThat(pins()).contains("tables-2").doesNotContain("tables-1");
            }
            try (Dataplane third = Dataplane.open(options(OTHER))) {
                assertThat(third.takenOver()).isTrue();
            }
        }
    }

    @Test
    void shouldNotUseTablesThatWereNeverFinished() throws IOException {
        Dataplane.open(options(SMALL)).close();
        Files.delete(bpffs.pinRoot().resolve("tables-1/weir_peers"));

        try (Dataplane next = Dataplane.open(options(SMALL))) {
            assertThat(next.takenOver()).isFalse();
            next.retireOlderGenerations();
            assertThat(pins()).contains("tables-2").doesNotContain("tables-1");
        }
    }

    @Test
    void shouldLeaveNothingAfterDestroy() throws IOException {
        try (Netns container = Netns.create()) {
            final Netns.Veth veth = container.veth("eth0");
            final Dataplane weir = Dataplane.open(options(SMALL));
            weir.hooks().attach(veth.outer().ifIndex());
            weir.hooks().xdpOn(veth.outer().ifIndex(), XdpMode.NATIVE);

            weir.destroy();

            assertThat(Files.exists(bpffs.pinRoot())).isFalse();
            assertThat(Netns.host("ip", "link", "show", veth.outer().name())).doesNotContain("xdp");
        }
    }

    @Test
    void shouldDetachWhatADeadAgentLeftWithoutOpeningIt() throws IOException {
        try (Netns container = Netns.create()) {
            final Netns.Veth veth = container.veth("eth0");
            final DataplaneOptions clsact = options(SMALL).withAttachMode(AttachMode.CLSACT);
            try (Dataplane weir = Dataplane.open(clsact)) {
                weir.hooks().attach(veth.outer().ifIndex());
            }

            assertThat(DataplanePins.detachAll(bpffs.pinRoot())).isEqualTo(1);

            assertThat(DataplanePins.detachAll(bpffs.pinRoot())).isZero();
            assertThat(pins()).isEmpty();
            assertThat(Netns.host("tc", "qdisc", "show", "dev", veth.outer().name()))
                    .doesNotContain("clsact");
        }
    }

    @Test
    void shouldEnforceAndCountRealTrafficThroughAnAgentsDeath() throws Exception {
        try (Netns container = Netns.create();
                DatagramSocket host = new DatagramSocket(null)) {
            final Netns.Veth veth = container.veth("eth0");
            Netns.host("ip", "addr", "add", "10.79.0.1/24", "dev", veth.outer().name());
            container.run("ip", "addr", "add", "10.79.0.2/24", "dev", "eth0");
            host.bind(new InetSocketAddress("10.79.0.1", 0));
            host.setSoTimeout(5_000);
            try (Dataplane weir = Dataplane.open(options(SMALL))) {
                manage(weir, veth, EndpointPolicy.OPEN);
                send(container, host.getLocalPort());
                for (int i = 0; i < 3; i++) {
                    host.receive(new DatagramPacket(new byte[100], 100));
                }
                manage(weir, veth, EndpointPolicy.of(1, false, true, 0));
                send(container, host.getLocalPort());
                awaitDenied(weir, 3);
            }
            send(container, host.getLocalPort());
            try (Dataplane weir = Dataplane.open(options(SMALL))) {
                assertThat(weir.takenOver()).isTrue();
                awaitDenied(weir, 6);
            }
            host.setSoTimeout(1);
            assertThatThrownBy(() -> host.receive(new DatagramPacket(new byte[100], 100)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Three datagrams, each from a port of its own, so that each is a connection of its own. */
    private static void send(final Netns container, final int port) throws Exception {
        container.call(
                () -> {
                    for (int i = 0; i < 3; i++) {
                        try (DatagramSocket socket = new DatagramSocket()) {
                            final InetAddress to = InetAddress.getByName("10.79.0.1");
                            socket.send(new DatagramPacket(new byte[10], 10, to, port));
                        }
                    }
                    return null;
                });
    }

    private static void awaitDenied(final Dataplane weir, final long packets) throws Exception {
        Await.until(() -> denied(weir) >= packets, "the packets to be counted");
        assertThat(denied(weir)).isEqualTo(packets);
    }

    private static long denied(final Dataplane weir) {
        return weir.counters().packets(3, Direction.EGRESS, Reason.NO_RULE);
    }

    /** ARP and the like aside, what leaves the container is judged by {@code policy}. */
    private static void manage(
            final Dataplane weir, final Netns.Veth veth, final EndpointPolicy policy) {
        final int ifIndex = veth.outer().ifIndex();
        final List<IpAddress> addresses = List.of(IpAddress.parse("10.79.0.2"));
        weir.endpoints().write(3, new EndpointRow(ifIndex, veth.inner().mac(), 300, 0, addresses));
        final int next = weir.control().revision() + 1;
        weir.endpoints().policy(3, next, policy);
        weir.endpoints().bind(ifIndex, 3);
        weir.control().revision(next);
        weir.control().awaitGrace();
        weir.hooks().attach(ifIndex);
    }

    @Test
    void shouldTellFillAndMemoryOfEveryTable() {
        try (Dataplane weir = Dataplane.open(options(SMALL))) {
            weir.peers().putAll(PEERS);

            final List<TableUsage> usage = weir.usage();

            assertThat(usage)
                    .hasSize(23)
                    .allMatch(table -> table.bytes() > 0 || table.type().equals("lpm_trie"));
            assertThat(usage)
                    .extracting(TableUsage::name, TableUsage::type, TableUsage::entries)
                    .contains(
                            tuple("weir_peers", "hash", 1L),
                            tuple("weir_conntrack", "array", 0L),
                            tuple("weir_events", "array", 0L),
                            tuple("weir_dns", "ringbuf", 0L),
                            tuple("weir_processes", "array", 0L));
            assertThat(weir.programs())
                    .extracting(ProgramInfo::name)
                    .containsExactly("weir_from_container", "weir_to_container", "weir_shield");
            assertThat(weir.programs())
                    .allMatch(program -> program.id() > 0 && program.instructions() > 100);
        }
    }

    @Test
    void shouldTellTheTimeOfAJiffy() {
        try (Dataplane weir = Dataplane.open(options(SMALL))) {
            assertThat(weir.clock().hz()).isIn(100, 250, 300, 1000);
            final long before = System.currentTimeMillis();
            final long told = weir.clock().wallNanos(weir.clock().now()) / 1_000_000;
            final long after = System.currentTimeMillis();
            assertThat(told).isBetween(before - 1_000, after + 1_000);
        }
    }

    @Test
    void shouldFindWhatThisKernelCanDo() {
        try (Dataplane weir = Dataplane.open(options(SMALL))) {
            for (final Feature feature : Feature.values()) {
                assertThat(weir.features().of(feature).available())
                        .as(weir.features().of(feature).reason())
                        .isTrue();
            }
        }
    }

    @Test
    void shouldSayThatThePinRootIsOnNoBpffs(@TempDir final Path folder) {
        assertThatThrownBy(
                        () ->
                                Dataplane.open(
                                        DataplaneOptions.of(ProgramUnderTest.objects(), folder)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pinRoot: " + folder + " is on no bpffs")
                .hasMessageContaining("mount -t bpf bpf");
    }

    @Test
    void shouldLeaveNothingWhenAnObjectIsMissing(@TempDir final Path empty) throws IOException {
        assertThatThrownBy(() -> Dataplane.open(DataplaneOptions.of(empty, bpffs.pinRoot())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weir_tc.bpf.o (expected: a BPF object)");
        assertThat(pins()).noneMatch(name -> name.startsWith("tables-"));
    }

    @Test
    void shouldRefuseSizesThatCannotBe() {
        assertThatThrownBy(() -> new TableSizes(1000, 1, 1, 2, 1, 1, 1, 2, 64, 4096))
                .hasMessage("flowsPerCpu: 1000 (expected: a power of two from 4)");
        assertThatThrownBy(() -> new TableSizes(1024, 0, 1, 2, 1, 1, 1, 2, 64, 4096))
                .hasMessage("conntrack: 0 (expected: a power of two from 16)");
    }
}
