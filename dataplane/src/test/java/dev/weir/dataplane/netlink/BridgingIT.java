package dev.weir.dataplane.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.link.ClsactFilter;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
class BridgingIT {
    private static final int TC_PASS = -1;
    private static final int XDP_PASS = 2;

    private Netns node;
    private Netns container;
    private NetworkNamespace namespace;
    private int bridge;
    private int port;

    @BeforeEach
    void aBridgeWithAPort() {
        node = Netns.create();
        container = Netns.create();
        namespace = node.open();
        node.run("ip", "link", "add", "br0", "type", "bridge");
        port = container.veth(node, "p0", "eth0").outer().ifIndex();
        node.run("ip", "link", "set", "p0", "master", "br0");
        bridge = namespace.link("br0").orElseThrow().ifIndex();
    }

    @AfterEach
    void away() {
        namespace.close();
        container.close();
        node.close();
    }

    private BridgePort port() {
        return namespace.bridging().ports().get(port);
    }

    @Test
    void shouldKnowABridgeAndItsPortAndNothingElse() throws Exception {
        final Bridging before = namespace.bridging();
        assertThat(before.bridges()).containsOnlyKeys(bridge);
        assertThat(before.ports()).containsOnlyKeys(port);
        assertThat(before.bridges().get(bridge).name()).isEqualTo("br0");
        assertThat(before.bridges().get(bridge).up()).isFalse();
        assertThat(before.bridges().get(bridge).vlanFiltering()).isFalse();
        assertThat(before.bridges().get(bridge).callsIptables()).isFalse();
        assertThat(before.ports().get(port).bridge()).isEqualTo(bridge);
        assertThat(before.ports().get(port).forwarding()).isFalse();
        assertThat(before.xdpPrograms()).isEmpty();

        node.run("ip", "link", "set", "br0", "up");

        Await.until(() -> port().forwarding(), "the port forwards");
        assertThat(namespace.bridging().bridges().get(bridge).up()).isTrue();
        assertThat(port().up()).isTrue();
        assertThat(port().open()).isTrue();
        assertThat(port().queueing()).isEqualTo("noqueue");
    }

    @Test
    void shouldSeeWhatKeepsAPortToItself() {
        for (final String setting : new String[] {"isolated", "locked"}) {
            node.run("bridge", "link", "set", "dev", "p0", setting, "on");
            assertThat(port().open()).as(setting).isFalse();
            node.run("bridge", "link", "set", "dev", "p0", setting, "off");
            assertThat(port().open()).as(setting).isTrue();
        }
        for (final String setting : new String[] {"learning", "flood"}) {
            node.run("bridge", "link", "set", "dev", "p0", setting, "off");
            assertThat(port().open()).as(setting).isFalse();
            node.run("bridge", "link", "set", "dev", "p0", setting, "on");
            assertThat(port().open()).as(setting).isTrue();
        }
    }

    @Test
    void shouldSeeABridgeThatHandsFramesToIptables() {
        node.run("ip", "link", "set", "br0", "type", "bridge", "nf_call_iptables", "1");
        assertThat(namespace.bridging().bridges().get(bridge).callsIptables()).isTrue();
    }

    @Test
    void shouldSeeAQueueingDiscipline() {
        node.run(
                "tc", "qdisc", "add", "dev", "p0", "root", "tbf", "rate", "1gbit", "burst", "1mb",
                "latency", "10ms");
        assertThat(port().queueing()).isEqualTo("tbf");
    }

    @Test
    void shouldCountFiltersWhereThereIsAPlaceForThem() throws Exception {
        assertThat(namespace.bridging().filters()).isEmpty();
        node.run("tc", "qdisc", "add", "dev", "p0", "clsact");
        assertThat(namespace.bridging().filters()).containsExactly(Map.entry(port, 0));

        try (BpfProgram program = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS)) {
            namespace.call(
                    () -> {
                        ClsactFilter.attach(program, port, false);
                        ClsactFilter.attach(program, port, true);
                        return null;
                    });
        }
        assertThat(namespace.bridging().filters()).containsExactly(Map.entry(port, 2));
    }

    @Test
    void shouldKnowThePortNoMoreWhenItLeft() {
        node.run("ip", "link", "set", "p0", "nomaster");
        assertThat(namespace.bridging().ports()).isEmpty();
    }

    @Test
    void shouldNameTheXdpProgramsOfTheLinks() throws Exception {
        try (BpfProgram program = BpfProgram.empty(BpfProgram.XDP, XDP_PASS);
                KernelLink link = namespace.call(() -> KernelLink.xdp(program, port, true))) {
            assertThat(namespace.bridging().xdpPrograms()).containsExactly(program.info().id());
            link.detach();
        }
        assertThat(namespace.bridging().xdpPrograms()).isEmpty();
    }

    @Test
    void shouldCountEverybodysProgramsAtTcx() throws Exception {
        try (BpfProgram program = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS);
                KernelLink link = namespace.call(() -> KernelLink.tcx(program, port, true))) {
            assertThat(namespace.call(() -> KernelLink.tcxPrograms(port, true))).isEqualTo(1);
            assertThat(namespace.call(() -> KernelLink.tcxPrograms(port, false))).isZero();
            link.detach();
        }
        assertThat(namespace.call(() -> KernelLink.tcxPrograms(port, true))).isZero();
    }

    @Test
    void shouldNameAChainThatFramesMeet() {
        assertThat(namespace.frameChain()).isEmpty();

        node.run("nft", "add", "table", "inet", "t");
        node.run("nft", "add chain inet t forward { type filter hook forward priority 0; }");
        node.run("nft", "add", "table", "bridge", "b");
        node.run("nft", "add", "chain", "bridge", "b", "of_no_hook");
        assertThat(namespace.frameChain()).isEmpty();

        node.run("nft", "add chain bridge b c { type filter hook forward priority 0; }");
        assertThat(namespace.frameChain()).contains("bridge b c");
        node.run("nft", "delete", "table", "bridge", "b");

        node.run("nft", "add chain inet t i { type filter hook ingress device p0 priority 0; }");
        assertThat(namespace.frameChain()).contains("inet t i");
        node.run("nft", "delete", "table", "inet", "t");

        node.run("nft", "add", "table", "netdev", "n");
        node.run("nft", "add chain netdev n c { type filter hook ingress device p0 priority 0; }");
        assertThat(namespace.frameChain()).contains("netdev n c");
    }
}
