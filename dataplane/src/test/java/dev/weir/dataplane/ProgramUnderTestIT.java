package dev.weir.dataplane;

import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.testkit.Packets.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@KernelTest
class ProgramUnderTestIT {
    @RegisterExtension static final ProgramUnderTest WEIR = new ProgramUnderTest();

    private static byte[] syn(final int port) {
        return Packets.ip("10.1.0.3", "10.1.0.2").tcp(4000, port).flags(SYN).build();
    }

    @Test
    void shouldPassOnlyTheAllowedPort() {
        WEIR.endpoint(1, "10.1.0.2").policy(1, 5, Direction.INGRESS);
        WEIR.peer("10.1.0.3", 300).allow(5, 300, Direction.INGRESS, TCP, 80, 42);

        WEIR.toContainer(1, syn(80)).passed().because(Reason.POLICY).byRule(42);
        WEIR.toContainer(1, syn(81)).droppedFor(Reason.NO_RULE);
    }

    @Test
    void shouldReadTheFlowThatThePacketsMade() {
        WEIR.endpoint(1, "10.1.0.2");
        final Packets reply = Packets.ip("10.1.0.2", "10.1.0.3").tcp(80, 4000);
        WEIR.toContainer(1, syn(80)).passed().because(Reason.NOT_ISOLATED);
        final byte[] answer = reply.flags(SYN | ACK).build();

        final FlowEntry flow = WEIR.fromContainer(1, answer).passed().flow();

        assertThat(flow.toKey().local()).hasToString("10.1.0.2");
        assertThat(flow.remote()).hasToString("10.1.0.3");
        assertThat(flow.localPort()).isEqualTo(80);
        assertThat(flow.remotePort()).isEqualTo(4000);
        assertThat(flow.protocol()).isEqualTo(TCP);
        assertThat(flow.packets(Direction.INGRESS)).isEqualTo(1);
        assertThat(flow.bytes(Direction.EGRESS)).isEqualTo(answer.length);
        assertThat(flow.state()).isEqualTo(TcpState.SYN_ACKED);
        assertThat(flow.openedByLocal()).isFalse();
        assertThat(flow.epoch() & 1).isZero();
    }

    @Test
    void shouldDropAtTheShieldWhatPolicyDenies() {
        WEIR.endpoint(1, "10.1.0.2").policy(1, 5, Direction.EGRESS);

        WEIR.shield(1, Packets.ip("10.1.0.2", "10.1.0.3").udp(5, 53).payload(20).build())
                .droppedFor(Reason.NO_RULE);
    }

    @Test
    void shouldStartEmptyAfterTheTestBefore() {
        assertThat(WEIR.dataplane().connections().sweep(0).seen()).isZero();
        assertThat(WEIR.flow(1, 80, 4000)).isEmpty();
        assertThat(WEIR.revision()).isEqualTo(1);
    }
}
