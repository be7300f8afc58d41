package dev.weir.controller.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DnsStreamsTest {
    private static final int START = -40; // the number space ends within the first message

    private final DnsStreams streams = new DnsStreams();
    private final List<Integer> messages = new ArrayList<>();
    private int unreadable;

    private static FlowKey key(final int port) {
        return new FlowKey(
                1, IpAddress.parse("10.1.0.2"), IpAddress.parse("10.1.0.53"), port, 53, 6);
    }

    /** Each message is full of its own size. */
    private static byte[] stream(final int... sizes) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (final int size : sizes) {
            bytes.write(size >> 8);
            bytes.write(size);
            final byte[] message = new byte[size];
            Arrays.fill(message, (byte) size);
            bytes.writeBytes(message);
        }
        return bytes.toByteArray();
    }

    private void segment(final int sequence, final byte[] bytes) {
        segment(4000, sequence, bytes);
    }

    private void segment(final int port, final int sequence, final byte[] bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        streams.segment(
                key(port),
                true,
                sequence,
                buffer,
                0,
                bytes.length,
                new DnsStreams.Consumer() {
                    @Override
                    public void message(final int offset, final int length) {
                        assertThat(length).isPositive();
                        messages.add(buffer.getByte(offset) & 0xFF);
                    }

                    @Override
                    public void unreadable() {
                        unreadable++;
                    }
                });
    }

    @Test
    void shouldFindSeveralMessagesInASegment() {
        segment(START, stream(20, 30, 40));

        assertThat(messages).containsExactly(20, 30, 40);
    }

    @Test
    void shouldGiveOutAMessageOnceThoughItsSegmentIsSentAgain() {
        segment(START, stream(20, 30));
        segment(START, stream(20, 30));

        assertThat(messages).containsExactly(20, 30);
        assertThat(unreadable).isZero();
    }

    @Test
    void shouldFindAMessageWhoseLengthCameByItself() {
        final byte[] all = stream(20, 30);

        segment(START, Arrays.copyOf(all, 2));
        segment(START + 2, Arrays.copyOfRange(all, 2, all.length));

        assertThat(messages).containsExactly(20, 30);
    }

    @Test
    void shouldLetAloneWhatComesAfterASegmentThatWasNotSeen() {
        segment(START, stream(20));
        segment(START + 500, stream(30));
        segment(START + 532, stream(40));

        assertThat(messages).containsExactly(20);
        assertThat(unreadable).isEqualTo(2);
    }

    @Test
    void shouldBeginAnewWithAnotherConnectionOfTheSamePorts() {
        segment(START, stream(20));
        segment(START + 1_000_000, stream(30));

        assertThat(messages).containsExactly(20, 30);
    }

    @Test
    void shouldTakeNoLengthForOneThatIsShorterThanAHeader() {
        segment(START, stream(11, 20));

        assertThat(messages).isEmpty();
        assertThat(unreadable).isEqualTo(1);
    }

    @Test
    void shouldKeepNoMoreThanSoManyStreams() {
        for (int port = 1; port <= DnsStreams.STREAMS_MOST + 10; port++) {
            segment(port, START, stream(20));
        }

        assertThat(streams.size()).isEqualTo(DnsStreams.STREAMS_MOST);
    }

    /** A length that is cut in two is the one thing that is given up. */
    @Property
    void shouldFindEachMessageWhereverTheSegmentsAreCut(
            @ForAll @Size(min = 1, max = 6)
                    final List<@IntRange(min = 12, max = 200) Integer> sizes,
            @ForAll @Size(max = 8) final List<@IntRange(min = 1, max = 300) Integer> cuts) {
        final byte[] all = stream(sizes.stream().mapToInt(size -> size).toArray());
        final DnsStreamsTest fresh = new DnsStreamsTest();
        int at = 0;
        for (final int cut : cuts) {
            final int end = Math.min(all.length, at + cut);
            if (at < end && !cutsALength(sizes, end)) {
                fresh.segment(START + at, Arrays.copyOfRange(all, at, end));
                at = end;
            }
        }
        if (at < all.length) {
            fresh.segment(START + at, Arrays.copyOfRange(all, at, all.length));
        }

        assertThat(fresh.messages).isEqualTo(sizes);
        assertThat(fresh.unreadable).isZero();
    }

    private static boolean cutsALength(final List<Integer> sizes, final int cut) {
        int begin = 0;
        for (final int size : sizes) {
            if (cut == begin + 1) {
                return true;
            }
            begin += 2 + size;
        }
        return false;
    }
}
