package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.FlowWriter;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The sweep's offsets are those of the dataplane's flyweights, which agree with the compiler. */
class EntryLayoutTest {
    private final UnsafeBuffer memory =
            new UnsafeBuffer(ByteBuffer.allocateDirect(EntryLayout.DENIED.entryLength));

    private static UnsafeBuffer flow(final UnaryOperator<FlowWriter> filled) {
        final FlowWriter writer =
                new FlowWriter(
                        new UnsafeBuffer(new byte[FlowEntry.ENTRY_LENGTH]),
                        new UnsafeBuffer(new byte[FlowEntry.DETAIL_LENGTH]),
                        0);
        return SimulatedDatapath.direct(filled.apply(writer).toBytes());
    }

    private static final FlowKey KEY =
            new FlowKey(7, IpAddress.parse("fd00::1"), IpAddress.parse("fd00::2"), 41_000, 80, 6);

    @Test
    void shouldReadFlowsWhereTheDataplaneWritesThem() {
        final EntryLayout layout = EntryLayout.FLOW;
        final UnsafeBuffer entry =
                flow(
                        writer ->
                                writer.key(KEY)
                                        .epoch(8)
                                        .revision(0xFFFF)
                                        .rule(0xFFFF)
                                        .tcpFlags(Direction.INGRESS, 0xFF)
                                        .tcpFlags(Direction.EGRESS, 0xFF)
                                        .ecn(0xF)
                                        .packets(Direction.INGRESS, 1)
                                        .packets(Direction.EGRESS, 2)
                                        .bytes(Direction.INGRESS, 3)
                                        .bytes(Direction.EGRESS, 4)
                                        .lastSeen(6)
                                        .tell()
                                        .putInt(FlowEntry.FIRST_SEEN_OFFSET, 5));
        final Counts counts = new Counts();
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyView.LENGTH]);

        counts.read(layout, entry.addressOffset());
        EntryKey.write(layout, entry, 0, key);

        assertThat(layout.endpoint(entry, 0)).isEqualTo(7);
        assertThat(layout.epoch(entry.getInt(layout.epochOffset), 0)).isEqualTo(8);
        assertThat(counts.packetsIn).isEqualTo(1);
        assertThat(counts.packetsOut).isEqualTo(2);
        assertThat(counts.bytesIn).isEqualTo(3);
        assertThat(counts.bytesOut).isEqualTo(4);
        assertThat(entry.getInt(layout.firstSeenOffset)).isEqualTo(5);
        assertThat(entry.getInt(layout.lastSeenOffset)).isEqualTo(6);
        assertThat(new FlowKeyView(key, 0).toKey()).isEqualTo(KEY);
        assertThat(layout.detailAt(3 * FlowEntry.ENTRY_LENGTH))
                .isEqualTo(3 * FlowEntry.DETAIL_LENGTH);
    }

    @Test
    void shouldCountEpochsOnWhereTheirSixteenBitsBeginAgain() {
        assertThat(EntryLayout.FLOW.epoch(0xABCD_0002, 0xFFFE)).isEqualTo(0x1_0002);
        assertThat(EntryLayout.FLOW.epoch(0xFFFE, 0x1_0002)).isEqualTo(0xFFFE);
        assertThat(EntryLayout.FLOW.epoch(0xFFFE, 0)).isEqualTo(0xFFFE);
        assertThat(EntryLayout.DENIED.epoch(0x7_0002, 0xFFFE)).isEqualTo(0x7_0002);
    }

    @Test
    void shouldGoOnWhereACounterWraps() {
        final Counts before = new Counts();
        final Counts now = new Counts();
        before.set((1L << 40) - 1, 5, (3L << 48) - 1, 7);
        now.set(2, 5, 9, 8);

        now.follow(before, EntryLayout.FLOW);

        assertThat(now.packetsIn).isEqualTo((1L << 40) + 2);
        assertThat(now.packetsOut).isEqualTo(5);
        assertThat(now.bytesIn).isEqualTo((3L << 48) + 9);
        assertThat(now.bytesOut).isEqualTo(8);
        now.follow(before, EntryLayout.DENIED);
        assertThat(now.packetsIn).isEqualTo((1L << 40) + 2);
    }

    @Test
    void shouldHaveAnotherDigestForWhateverChangesAndNoneForCountersAndRevisions() {
        final long plain = digest(writer -> writer);

        assertThat(
                        digest(
                                writer ->
                                        writer.packets(Direction.EGRESS, 9)
                                                .bytes(Direction.EGRESS, 1 << 20)
                                                .packets(Direction.INGRESS, 9)
                                                .revision(77)
                                                .lastSeen(5)
                                                .epoch(2)))
                .isEqualTo(plain);
        assertThat(
                        List.of(
                                digest(FlowWriter::tell),
                                digest(writer -> writer.rule(5)),
                                digest(writer -> writer.tcpFlags(Direction.INGRESS, 0x10)),
                                digest(writer -> writer.tcpFlags(Direction.EGRESS, 0x10)),
                                digest(writer -> writer.ecn(8)),
                                digest(writer -> writer.reason(Reason.AUDIT))))
                .doesNotContain(plain, 0L)
                .doesNotHaveDuplicates();
    }

    private static long digest(final UnaryOperator<FlowWriter> filled) {
        final UnsafeBuffer entry = flow(writer -> filled.apply(writer.key(KEY)));
        try {
            return EntryState.digest(entry.addressOffset());
        } finally {
            Reference.reachabilityFence(entry);
        }
    }

    @Test
    void shouldReadDeniedTrafficWhereTheDataplaneDoes() {
        final EntryLayout layout = EntryLayout.DENIED;
        memory.putShort(EntryLayout.DENIED_SERVICE_PORT, (short) 80, ByteOrder.BIG_ENDIAN);
        memory.putShort(34, (short) 7);
        memory.putByte(EntryLayout.DENIED_PROTOCOL, (byte) 6);
        memory.putByte(EntryLayout.DENIED_DIRECTION, (byte) 1);
        memory.putByte(EntryLayout.DENIED_REASON, (byte) 8);
        memory.putInt(EntryLayout.DENIED_REVISION, 2);
        memory.putInt(EntryLayout.DENIED_RULE, 3);
        memory.putInt(EntryLayout.DENIED_REMOTE_IDENTITY, 4);
        memory.putInt(layout.firstSeenOffset, 5);
        memory.putInt(layout.lastSeenOffset, 6);
        memory.putInt(layout.epochOffset, 10);
        memory.putShort(EntryLayout.DENIED_CLIENT_PORT, (short) 4_000, ByteOrder.BIG_ENDIAN);
        memory.putLong(72, 11);
        memory.putLong(80, 12);

        final DeniedEntry denied = new DeniedEntry().wrap(memory, 0);

        assertThat(denied.servicePort()).isEqualTo(80);
        assertThat(denied.endpoint()).isEqualTo(7);
        assertThat(denied.protocol()).isEqualTo(6);
        assertThat(denied.direction()).isEqualTo(Direction.EGRESS);
        assertThat(denied.reason().ordinal()).isEqualTo(8);
        assertThat(denied.revision()).isEqualTo(2);
        assertThat(denied.rule()).isEqualTo(3);
        assertThat(denied.remoteIdentity()).isEqualTo(4);
        assertThat(denied.firstSeen()).isEqualTo(5);
        assertThat(denied.lastSeen()).isEqualTo(6);
        assertThat(denied.epoch()).isEqualTo(10);
        assertThat(denied.clientPort()).isEqualTo(4_000);
        assertThat(denied.packets()).isEqualTo(11);
        assertThat(denied.bytes()).isEqualTo(12);
        final Counts counts = new Counts();
        counts.read(layout, memory.addressOffset());
        assertThat(counts.packetsOut).isEqualTo(11);
        assertThat(counts.bytesOut).isEqualTo(12);
        assertThat(counts.packetsIn).isZero();
        assertThat(layout.endpoint(memory, 0)).isEqualTo(7);
    }
}
