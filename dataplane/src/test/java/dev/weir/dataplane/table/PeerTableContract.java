package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every peer table must do. */
abstract class PeerTableContract {
    static final int CAPACITY = 5_000;

    abstract PeerTable table();

    private static Map<IpAddress, PeerRow> rows(final int number) {
        final Map<IpAddress, PeerRow> rows = new HashMap<>();
        for (int i = 0; i < number; i++) {
            rows.put(IpAddress.ofIpv4(0x0A00_0000 + i), new PeerRow(300 + i, 2, 9, i));
        }
        return rows;
    }

    @Test
    void shouldReadBackBothFamilies() {
        final Map<IpAddress, PeerRow> rows =
                Map.of(
                        IpAddress.parse("10.1.0.2"), new PeerRow(300, 2, 7, 12),
                        IpAddress.parse("fd00::2"), new PeerRow(-1, 0, -2, 0));

        table().putAll(rows);

        assertThat(table().readAll()).isEqualTo(rows);
    }

    @Test
    void shouldKeepCountWhileRowsComeAndGo() {
        table().putAll(rows(4_999));
        table().putAll(rows(10));
        assertThat(table().size()).isEqualTo(4_999);

        table().removeAll(rows(4_000).keySet());
        table().removeAll(List.of(IpAddress.parse("192.0.2.1")));

        assertThat(table().size()).isEqualTo(999);
        assertThat(table().readAll()).hasSize(999);
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThatThrownBy(() -> table().putAll(rows(CAPACITY + 1)))
                .isInstanceOf(TableFullException.class);
        assertThat(table().readAll()).isEmpty();
    }
}
