package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.FdbLayout;
import dev.weir.dataplane.layout.MacAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ForwardingTableTest {
    private static final Station A = new Station(MacAddress.parse("02:00:00:00:00:0a"), 1);
    private static final Station B = new Station(MacAddress.parse("02:00:00:00:00:0b"), 1);

    /** One bucket: all stations meet. */
    private final UnsafeBuffer memory = new UnsafeBuffer(new byte[FdbLayout.BUCKET_LENGTH]);

    private int graces;
    private final ForwardingTable table = new BpfForwardingTable(memory, () -> graces++);

    private long place(final Station station) {
        for (int at = 0; at < memory.capacity(); at += FdbLayout.ENTRY_LENGTH) {
            if (memory.getLong(at) == station.word()) {
                return memory.getLong(at + FdbLayout.PLACE_OFFSET);
            }
        }
        return 0;
    }

    @Test
    void shouldSayWhereAStationIs() {
        table.put(A, 7, 3);

        assertThat(place(A)).isEqualTo(3L << 32 | 7);
        assertThat(place(B)).isZero();
    }

    @Test
    void shouldTellBridgesApart() {
        final Station elsewhere = new Station(A.mac(), 2);
        table.put(A, 7, 3);
        table.put(elsewhere, 8, 4);
        table.remove(A);

        assertThat(place(A)).isZero();
        assertThat(place(elsewhere)).isEqualTo(4L << 32 | 8);
    }

    @Test
    void shouldRefuseAFifthInABucketAndKeepTheFour() {
        for (int i = 1; i <= FdbLayout.WAYS; i++) {
            table.put(new Station(A.mac(), i), i, i);
        }

        assertThatThrownBy(() -> table.put(new Station(A.mac(), 5), 5, 5))
                .isInstanceOf(TableFullException.class)
                .hasMessageContaining("weir_fdb")
                .hasMessageContaining(A.mac().toString());
        assertThat(place(new Station(A.mac(), 4))).isEqualTo(4L << 32 | 4);
    }

    @Test
    void shouldUseAWayAgainOnlyWhenNoPacketCanHaveSeenTheOneBefore() {
        table.put(A, 7, 3);
        final int before = graces;
        table.put(B, 8, 4);
        assertThat(graces).isEqualTo(before);

        table.remove(A);
        table.put(new Station(A.mac(), 2), 9, 5);

        assertThat(graces).isEqualTo(before + 1);
    }

    @Test
    void shouldWaitAlsoWhereAStationMoves() {
        table.put(A, 7, 3);
        final int before = graces;

        table.put(A, 8, 3);
        assertThat(graces).isEqualTo(before + 1);
        assertThat(place(A)).isEqualTo(3L << 32 | 8);

        table.put(A, 8, 3);
        assertThat(graces).isEqualTo(before + 1);
    }

    @Test
    void shouldForgetEverybody() {
        table.put(A, 7, 3);
        table.put(B, 8, 4);
        table.clear();

        assertThat(place(A)).isZero();
        assertThat(place(B)).isZero();
    }

    @Test
    void shouldRefuseNumbersThatNoStationHasRoomFor() {
        assertThatThrownBy(() -> new Station(A.mac(), 0))
                .hasMessage("bridge: 0 (expected: 1-65535)");
        assertThatThrownBy(() -> new Station(A.mac(), 65_536))
                .hasMessage("bridge: 65536 (expected: 1-65535)");
    }
}
