package dev.weir.dataplane.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.LogLayout;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CpuLogsTest {
    private static final int CPUS = 2;
    private static final int RECORDS = 4;

    private final UnsafeBuffer logs = new UnsafeBuffer(new byte[CPUS * LogLayout.LENGTH]);
    private final UnsafeBuffer records = new UnsafeBuffer(new byte[CPUS * RECORDS * Long.BYTES]);
    private final CpuLogs reader = reader();
    private final List<Long> read = new ArrayList<>();

    private CpuLogs reader() {
        return new CpuLogs(logs, records, CPUS, RECORDS, Long.BYTES);
    }

    /** As log.h does. */
    private void write(final int cpu, final long value) {
        final int log = cpu * LogLayout.LENGTH;
        final long written = logs.getLong(log + LogLayout.WRITTEN_OFFSET);
        if (written - logs.getLong(log + LogLayout.READ_OFFSET) >= RECORDS) {
            logs.putLong(
                    log + LogLayout.LOST_OFFSET, logs.getLong(log + LogLayout.LOST_OFFSET) + 1);
            return;
        }
        final int slot = cpu * RECORDS + (int) (written % RECORDS);
        records.putLong(slot * Long.BYTES, value);
        logs.putLong(log + LogLayout.WRITTEN_OFFSET, written + 1);
    }

    private int poll(final CpuLogs from, final int limit) {
        return from.poll((buffer, offset, length) -> read.add(buffer.getLong(offset)), limit);
    }

    @Test
    void shouldHandOverEachCpusRecordsInTheirOrderAndOverTheEndOfItsRegion() {
        for (long i = 0; i < 10; i++) {
            write(0, i);
            write(1, 100 + i);
            write(1, 200 + i);

            assertThat(poll(reader, 10)).isEqualTo(3);
            assertThat(read).containsExactly(i, 100 + i, 200 + i);
            read.clear();
        }
        assertThat(reader.pending()).isZero();
        assertThat(reader.lost()).isZero();
    }

    @Test
    void shouldStopAtTheLimitAndGoOnThere() {
        write(0, 1);
        write(0, 2);
        write(1, 3);

        assertThat(poll(reader, 2)).isEqualTo(2);
        assertThat(reader.pending()).isOne();
        assertThat(poll(reader, 2)).isOne();
        assertThat(read).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldGoOnWhereAnotherReaderStopped() {
        write(0, 1);
        write(0, 2);

        poll(reader, 1);
        poll(reader(), 10);

        assertThat(read).containsExactly(1L, 2L);
    }

    @Test
    void shouldSayHowMuchFoundNoRoom() {
        for (long i = 0; i < 6; i++) {
            write(1, i);
        }

        assertThat(reader.pending()).isEqualTo(RECORDS);
        assertThat(reader.lost()).isEqualTo(2);
        poll(reader, 10);
        assertThat(read).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void shouldNotHandOverTwiceWhatAHandlerFailedAt() {
        write(0, 1);
        write(0, 2);

        assertThatThrownBy(
                        () ->
                                reader.poll(
                                        (buffer, offset, length) -> {
                                            throw new IllegalStateException("bad record");
                                        },
                                        10))
                .hasMessage("bad record");

        poll(reader, 10);
        assertThat(read).containsExactly(2L);
    }
}
