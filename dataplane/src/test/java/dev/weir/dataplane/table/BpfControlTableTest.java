package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class BpfControlTableTest {
    private static final int HZ = 250;

    private final UnsafeBuffer control = new UnsafeBuffer(new byte[ControlLayout.LENGTH]);
    private final BpfControlTable table =
            new BpfControlTable(
                    control,
                    new KernelClock(HZ, () -> new KernelClock.Sample(7, System.nanoTime())),
                    null);

    @Test
    void shouldKeepAConnectionForItsTimeoutAfterAPacketThatConntrackWasNotToldOf() {
        table.timeouts(new Timeouts(10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 3_000));

        final int refresh = control.getInt(ControlLayout.REFRESH_OFFSET);
        assertThat(refresh).isEqualTo(1_024); // the power of two from 750 on
        assertThat(table.idleLimits())
                .isEqualTo(
                        new IdleLimits(
                                10 * HZ, // each of these packets is told of
                                20 * HZ + refresh,
                                30 * HZ, // and these
                                40 * HZ + refresh,
                                50 * HZ + refresh,
                                60 * HZ + refresh,
                                70 * HZ + refresh));
        assertThat(control.getInt(ControlLayout.SECOND_OFFSET)).isEqualTo(HZ);
    }

    @Test
    void shouldRefuseATimeoutOfNothing() {
        assertThatThrownBy(() -> table.timeouts(new Timeouts(1, 1, 1, 0, 1, 1, 1, 1)))
                .hasMessage("timeout: 0 ms (expected: from 1)");
    }
}
