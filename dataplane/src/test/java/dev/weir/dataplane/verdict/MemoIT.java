package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.POLICY;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** bpf/common/memo.h: the next client of a service is not judged again, and no other is like it. */
@KernelTest
class MemoIT {
    private static final String PEER = "10.1.0.3";
    private static final String OTHER = "10.1.0.4";
    private static final int PEER_ID = 300;
    private static final int STRANGER_ID = 301;
    private static final Rule ALLOW = Rule.allow(INGRESS).peer(PEER_ID).tcp(80).as(1);

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private int port = 4_000;

    @BeforeEach
    void judgeOneClient() {
        container.peer(PEER, PEER_ID);
        container.peer(OTHER, STRANGER_ID);
        container.isolated(INGRESS, EGRESS).given(ALLOW);
        assertThatPacket(container.toContainer(client(PEER, 80)))
                .passed(Reason.POLICY)
                .byRule(1)
                .withRemoteIdentity(PEER_ID);
    }

    private Packets client(final String peer, final int service) {
        return Packets.ip(peer, LOCAL4).tcp(port++, service).flags(SYN);
    }

    /** What the tables say now would be another verdict, were they asked. */
    private void changeTheTablesUnderTheSameRevision() {
        container.peer(PEER, STRANGER_ID);
    }

    @Test
    void shouldRememberTheVerdictForTheNextClient() {
        changeTheTablesUnderTheSameRevision();

        assertThatPacket(container.toContainer(client(PEER, 80)))
                .passed(Reason.POLICY)
                .byRule(1)
                .withRemoteIdentity(PEER_ID);
    }

    @Test
    void shouldForgetWithTheRevision() {
        changeTheTablesUnderTheSameRevision();
        container.prepare(FIRST_REVISION + 1, POLICY, EnumSet.of(INGRESS), ALLOW);
        container.revision(FIRST_REVISION + 1);

        assertThatPacket(container.toContainer(client(PEER, 80))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldForgetWithTheEndpointsPolicy() {
        container.prepare(FIRST_REVISION, POLICY + 1, EnumSet.of(INGRESS));

        assertThatPacket(container.toContainer(client(PEER, 80))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldTakeNoOtherOpenerForTheSame() {
        assertThatPacket(container.toContainer(client(OTHER, 80))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(client(PEER, 81))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).udp(port++, 80)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL4, PEER).tcp(port++, 80).flags(SYN)))
                .dropped(Reason.NO_RULE);
    }
}
