package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody reads the logs: what does not fit is in the overflow counters. */
@KernelTest
class LogFullIT {
    private static final int RECORDS = 16;
    private static final String PEER = "10.1.0.3";

    @RegisterExtension
    static final ContainerUnderTest container =
            new ContainerUnderTest(ProgramSizes.small().withEventRecords(RECORDS));

    private void send(
            final Tally tally, final Direction direction, final boolean denied, final Packets p) {
        final byte[] packet = p.build();
        container.send(direction, packet, 3);
        tally.sent(CONTAINER, direction, denied, 3, 3L * packet.length);
    }

    @Test
    void shouldCountEvictedFlowsThatFindNoRoom() {
        final Tally tally = new Tally(container.tables());
        for (int port = 1; port <= 400; port++) {
            send(tally, EGRESS, false, Packets.ip(LOCAL4, PEER).udp(port, 53).payload(port));
            send(tally, INGRESS, false, Packets.ip(PEER, LOCAL4).udp(53, port).payload(2 * port));
        }

        assertThat(container.tables().counters().overflowPackets(CONTAINER, EGRESS)).isPositive();
        tally.assertExact();
        assertThat(tally.events()).isPositive();
    }

    @Test
    void shouldCountEvictedDenialsAndLeaveHalfOfTheRoomToFlows() {
        final Tally tally = new Tally(container.tables());
        container.isolated(INGRESS);
        for (int port = 1; port <= 400; port++) {
            send(tally, INGRESS, true, Packets.ip(PEER, LOCAL4).udp(5000, port).payload(port));
        }

        assertThat(container.tables().counters().deniedOverflowPackets(CONTAINER, INGRESS))
                .isPositive();
        assertThat(container.tables().events().pending()).isEqualTo(RECORDS / 2);
        tally.assertExact();
        assertThat(tally.events()).isPositive();
    }
}
