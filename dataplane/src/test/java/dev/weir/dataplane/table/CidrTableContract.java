package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every CIDR table must do. */
abstract class CidrTableContract {
    static final int CAPACITY = 100;

    abstract CidrTable table();

    private static Map<IpPrefix, PeerRow> rows(final int number) {
        final Map<IpPrefix, PeerRow> rows = new HashMap<>();
        for (int i = 0; i < number; i++) {
            rows.put(IpPrefix.host(IpAddress.ofIpv4(i)), new PeerRow(300 + i, 2, 1, 0));
        }
        return rows;
    }

    @Test
    void shouldReadBackPrefixesOfEveryLength() {
        final Map<IpPrefix, PeerRow> rows = new HashMap<>();
        int identity = 300;
        for (final String prefix :
                List.of(
                        "0.0.0.0/0",
                        "10.0.0.0/8",
                        "10.0.0.0/9",
                        "10.1.2.3/32",
                        "::/0",
                        "fd00::/8",
                        "fd00:1:2:3::/64",
                        "fd00::1/128")) {
            rows.put(IpPrefix.parse(prefix), new PeerRow(identity++, 2, 1, 0));
        }

        table().putAll(rows);

        assertThat(table().readAll()).isEqualTo(rows);
        assertThat(table().size()).isEqualTo(8);
        assertThat(table().size(true)).isEqualTo(4);
        assertThat(table().size(false)).isEqualTo(4);
    }

    @Test
    void shouldRemoveOnlyThePrefixOfThatLength() {
        final PeerRow row = new PeerRow(300, 2, 1, 0);
        final IpPrefix shorter = IpPrefix.parse("10.0.0.0/8");
        final IpPrefix longer = IpPrefix.parse("10.0.0.0/16");
        table().putAll(Map.of(shorter, row, longer, row));

        table().removeAll(List.of(longer, IpPrefix.parse("10.0.0.0/24")));

        assertThat(table().readAll()).isEqualTo(Map.of(shorter, row));
        assertThat(table().size(true)).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhatDoesNotFitAFamily() {
        table().putAll(rows(CAPACITY));

        assertThatThrownBy(
                        () ->
                                table().putAll(
                                                Map.of(
                                                        IpPrefix.parse("10.0.0.0/8"),
                                                        new PeerRow(1, 1, 1, 0))))
                .isInstanceOf(TableFullException.class)
                .hasMessageContaining("weir_cidrs_v4");
        table().putAll(Map.of(IpPrefix.parse("fd00::/8"), new PeerRow(1, 1, 1, 0)));

        assertThat(table().size()).isEqualTo(CAPACITY + 1);
    }
}
