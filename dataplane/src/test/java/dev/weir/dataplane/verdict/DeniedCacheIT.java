package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Denied traffic has its own small cache, without the port that its sender chooses. */
@KernelTest
class DeniedCacheIT {
    private static final String PEER = "10.1.0.3";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @Test
    void shouldGatherClientPortsInOneEntry() {
        container.isolated(INGRESS);

        for (int i = 1; i <= 20; i++) {
            assertThatPacket(
                            container.toContainer(
                                    Packets.ip(PEER, LOCAL4).tcp(4000 + i, 80).flags(SYN)))
                    .dropped(Reason.NO_RULE)
                    .deniedAt(LOCAL4, PEER, 80, 4000 + i)
                    .deniedTimes(i);
        }
    }

    @Test
    void shouldTellServicesProtocolsPeersAndDirectionsApart() {
        container.isolated(INGRESS, EGRESS);
        final List<Packets> in =
                List.of(
                        Packets.ip(PEER, LOCAL4).tcp(4000, 80).flags(SYN),
                        Packets.ip(PEER, LOCAL4).tcp(4000, 81).flags(SYN),
                        Packets.ip(PEER, LOCAL4).udp(4000, 80),
                        Packets.ip("10.1.0.4", LOCAL4).udp(4000, 80),
                        Packets.ip(PEER, LOCAL4).echoRequest(1, 1));

        for (final Packets packet : in) {
            assertThatPacket(container.toContainer(packet)).dropped(Reason.NO_RULE).deniedTimes(1);
        }
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).udp(80, 4000)))
                .dropped(Reason.NO_RULE)
                .deniedTimes(1)
                .deniedAt(LOCAL4, PEER, 4000, 80);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).echoRequest(2, 1)))
                .dropped(Reason.NO_RULE)
                .deniedTimes(2);
    }

    @Test
    void shouldNotTouchAllowedFlows() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).tcp(80));
        for (int port = 1; port <= 40; port++) {
            container.toContainer(Packets.ip(PEER, LOCAL4).tcp(port, 80).flags(SYN));
        }
        final Map<FlowKey, Long> before = flows();

        for (int port = 1000; port < 3000; port++) {
            container.send(INGRESS, Packets.ip(PEER, LOCAL4).tcp(port, port).flags(SYN).build(), 1);
        }
        assertThat(before).hasSizeGreaterThan(20);
        assertThat(flows()).isEqualTo(before);
        assertThat(container.tables().counters().packets(CONTAINER, INGRESS, Reason.NO_RULE))
                .isEqualTo(2000);
    }

    private static Map<FlowKey, Long> flows() {
        final Map<FlowKey, Long> found = new HashMap<>();
        final FlowEntry entry = new FlowEntry();
        for (int cpu = 0; cpu < container.tables().flows().cpus(); cpu++) {
            for (int slot = 0; slot < container.tables().flows().slots(); slot++) {
                if (container.tables().flows().read(cpu, slot, entry)) {
                    found.put(entry.toKey(), entry.packets(INGRESS));
                }
            }
        }
        return found;
    }

    @Test
    void shouldAnswerForAReplyOnlyWhereNoConnectionIsKnown() {
        container.isolated(INGRESS);
        final Packets stray = Packets.ip(PEER, LOCAL4).udp(53, 4000);
        assertThatPacket(container.toContainer(stray)).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(stray)).dropped(Reason.NO_RULE).deniedTimes(2);

        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).udp(4000, 53)))
                .passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.toContainer(stray)).passed(Reason.NOT_ISOLATED).inSameFlow();
        // The key of the denied entry has no client port: another one is still denied.
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).udp(54, 4000)))
                .dropped(Reason.NO_RULE)
                .deniedTimes(3);
    }

    @Test
    void shouldAnswerForAnOpenerThatARuleDenied() {
        container.given(Rule.deny(INGRESS).tcp(80).as(7));
        final Packets opener = Packets.ip(PEER, LOCAL4).tcp(4000, 80).flags(Packets.SYN);
        assertThatPacket(container.toContainer(opener)).dropped(Reason.DENY_RULE);

        // Rows change only under another revision: without a revision, the cache goes on.
        container.given(Rule.allow(INGRESS).tcp(80).as(8), Rule.deny(INGRESS).tcp(81).as(7));
        assertThatPacket(container.toContainer(opener)).dropped(Reason.DENY_RULE).deniedTimes(2);

        container.revision(ContainerUnderTest.FIRST_REVISION + 2);
        assertThatPacket(container.toContainer(opener)).passed(Reason.POLICY);
    }
}
