package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.testkit.Packets.FIN;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A conntrack of one bucket: sixteen connections, and the seventeenth. */
@KernelTest
class FullConntrackIT {
    private static final String PEER = "10.1.0.3";
    private static final int WAYS = 16;

    @RegisterExtension
    static final ContainerUnderTest container =
            new ContainerUnderTest(ProgramSizes.small().withConntrack(WAYS));

    private static Packets out(final int port, final int flags) {
        return Packets.ip(LOCAL4, PEER).tcp(port, 80).flags(flags);
    }

    private static FlowKey key(final int port) {
        return new FlowKey(
                CONTAINER, IpAddress.parse(LOCAL4), IpAddress.parse(PEER), port, 80, Packets.TCP);
    }

    private static void open(final int from, final int count) {
        for (int port = from; port < from + count; port++) {
            assertThatPacket(container.fromContainer(out(port, SYN))).passed(Reason.NOT_ISOLATED);
        }
    }

    private static long known() {
        long known = 0;
        for (int port = 4000; port < 4100; port++) {
            known += container.tables().connection(key(port)).isPresent() ? 1 : 0;
        }
        return known;
    }

    @Test
    void shouldKeepAsManyConnectionsAsFit() {
        open(4000, WAYS);

        assertThat(known()).isEqualTo(WAYS);
        assertThat(container.tables().counters().connectionsEvicted(CONTAINER)).isZero();
    }

    @Test
    void shouldForgetTheConnectionThatWouldExpireFirstAndCountIt() {
        container.tables().control(ControlWord.TIMEOUT_TCP_CLOSING, 1000);
        open(4000, WAYS);
        assertThatPacket(container.fromContainer(out(4007, FIN))).passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).tcp(80, 4007).flags(FIN)))
                .passed(Reason.NOT_ISOLATED);

        open(4050, 1);

        assertThat(container.tables().connection(key(4007))).isEmpty();
        assertThat(container.tables().connection(key(4050))).isPresent();
        assertThat(known()).isEqualTo(WAYS);
        assertThat(container.tables().counters().connectionsEvicted(CONTAINER)).isEqualTo(1);
    }

    @Test
    void shouldTakeThePlaceOfAnExpiredConnectionWithoutCountingIt() {
        open(4000, WAYS);
        container.tables().age(key(4003), 2_000_000_000);

        open(4050, 1);

        assertThat(container.tables().connection(key(4003))).isEmpty();
        assertThat(known()).isEqualTo(WAYS);
        assertThat(container.tables().counters().connectionsEvicted(CONTAINER)).isZero();
    }

    @Test
    void shouldUseAFreedPlaceAgain() {
        open(4000, WAYS);
        assertThat(container.tables().forget(key(4009))).isTrue();

        open(4050, 1);

        assertThat(known()).isEqualTo(WAYS);
        assertThat(container.tables().counters().connectionsEvicted(CONTAINER)).isZero();
    }
}
