package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every endpoint table must do. */
abstract class EndpointTableContract {
    static final int CAPACITY = 16;

    private static final EndpointRow ROW =
            new EndpointRow(
                    12,
                    MacAddress.parse("02:aa:bb:cc:dd:ee"),
                    300,
                    0x1234_5678_9ABCL,
                    List.of(IpAddress.parse("10.1.0.2"), IpAddress.parse("fd00::2")));

    abstract EndpointTable table();

    @Test
    void shouldReadBackARecord() {
        table().write(3, ROW);

        assertThat(table().read(3)).contains(ROW);
        assertThat(table().read(4)).isEmpty();
    }

    @Test
    void shouldKeepOnePolicyWordAParityAndNotMixThemWithTheRecord() {
        final EndpointPolicy even = EndpointPolicy.of(7, true, false, PolicyFlags.ANY_ROOT);
        final EndpointPolicy odd =
                EndpointPolicy.of(-2, false, true, 1 << PolicyFlags.LENGTHS + 16);
        table().write(3, ROW);
        table().policy(3, 10, even);
        table().policy(3, 11, odd);
        table().write(3, ROW);

        assertThat(table().policy(3, 12)).isEqualTo(even);
        assertThat(table().policy(3, 13)).isEqualTo(odd);
        assertThat(table().policy(2, 12)).isEqualTo(EndpointPolicy.OPEN);
        assertThat(table().read(3)).contains(ROW);
    }

    @Test
    void shouldForgetAClearedRecordWithItsPolicy() {
        table().write(3, ROW);
        table().policy(3, 10, new EndpointPolicy(7, -1));

        table().clear(3);

        assertThat(table().read(3)).isEmpty();
        assertThat(table().policy(3, 10)).isEqualTo(EndpointPolicy.OPEN);
    }

    @Test
    void shouldBindAnInterfaceToOneEndpointAtATime() {
        table().bind(5, 3);
        table().bind(5, 4);

        assertThat(table().bound(5)).isEqualTo(4);
        assertThat(table().bound(6)).isZero();

        table().unbind(5);
        table().unbind(5);
        assertThat(table().bound(5)).isZero();
    }

    @Test
    void shouldRefuseTheFifthInterfaceOfABucketAndTakeItWhenOneIsGone() {
        for (int way = 0; way < 4; way++) {
            assertThat(table().room(1 + 4 * CAPACITY)).isEqualTo(4 - way);
            table().bind(1 + way * CAPACITY, 1 + way);
        }

        assertThat(table().room(1 + 4 * CAPACITY)).isZero();
        assertThat(table().room(1 + 3 * CAPACITY)).as("its own way").isEqualTo(1);
        assertThatThrownBy(() -> table().bind(1 + 4 * CAPACITY, 5))
                .isInstanceOf(TableFullException.class);
        table().unbind(1 + 2 * CAPACITY);
        table().bind(1 + 4 * CAPACITY, 5);

        assertThat(table().bound(1 + 4 * CAPACITY)).isEqualTo(5);
        assertThat(table().bound(1 + 3 * CAPACITY)).isEqualTo(4);
    }

    @Test
    void shouldRefuseNumbersThatDoNotExist() {
        assertThatThrownBy(() -> table().write(0, ROW)).hasMessage("endpoint: 0 (expected: 1-15)");
        assertThatThrownBy(() -> table().bind(5, 16)).hasMessage("endpoint: 16 (expected: 1-15)");
        assertThatThrownBy(() -> table().bind(0, 1)).hasMessage("ifIndex: 0 (expected: from 1)");
    }
}
