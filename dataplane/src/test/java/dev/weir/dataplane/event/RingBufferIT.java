package dev.weir.dataplane.event;

import static dev.weir.dataplane.testkit.Packets.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.DnsLayout;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DNS messages arrive whole, also those that lie across the end of the ring. */
@KernelTest
class RingBufferIT {
    private static final int MESSAGES = 3_000;

    @RegisterExtension static final ProgramUnderTest WEIR = new ProgramUnderTest();

    private int seen;

    private static byte[] message(final int number) {
        final byte[] message = new byte[12 + number % 500];
        Arrays.fill(message, (byte) number);
        return message;
    }

    private void onMessage(
            final int type,
            final int cpu,
            final int slot,
            final DirectBuffer buffer,
            final int offset) {
        final byte[] expected = message(seen++);
        final byte[] told = new byte[buffer.getShort(offset + DnsLayout.LENGTH_OFFSET)];
        buffer.getBytes(offset + DnsLayout.PAYLOAD_OFFSET, told);
        assertThat(type).isEqualTo(EventSource.DNS);
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void shouldHandOverEachMessageWholeWhileTheRingWraps() {
        WEIR.endpoint(1, "10.1.0.2");
        final EventSource messages = WEIR.dataplane().dns();
        messages.poll((type, cpu, slot, buffer, offset) -> {}, Integer.MAX_VALUE);
        long bytes = 0;
        for (int i = 0; i < MESSAGES; i++) {
            WEIR.fromContainer(
                    1, ip("10.1.0.2", "10.1.0.3").udp(40_000, 53).payload(message(i)).build());
            bytes += messages.pending();
            assertThat(messages.poll(this::onMessage, 10)).isOne();
        }

        assertThat(seen).isEqualTo(MESSAGES);
        assertThat(bytes).isGreaterThan(3 * messages.capacity());
        assertThat(messages.pending()).isZero();
    }
}
