package dev.weir.controller.flow;

import dev.weir.controller.dns.DnsClient;
import dev.weir.controller.dns.DnsParser;
import dev.weir.controller.dns.DnsStreams;
import dev.weir.controller.dns.NameBudget;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.DnsLayout;
import dev.weir.dataplane.layout.FlowKeyView;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Gives each container's DNS messages to its {@link DnsClient}. One thread at a time. */
final class DnsReader {
    /** Names of all containers; some 200 bytes each. */
    private static final int NAMES_MOST = 16_384;

    private final EventSource ring;
    private final EndpointLives lives;
    private final EventHandler handler = this::onEvent;
    private final NameBudget budget = new NameBudget(NAMES_MOST);
    private final DnsParser parser = new DnsParser();
    private final DnsStreams streams = new DnsStreams();
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(new byte[FlowKeyView.LENGTH]);
    private final FlowKeyView key = new FlowKeyView(keyBytes, 0);
    private volatile boolean shed;

    DnsReader(final EventSource ring, final EndpointLives lives) {
        this.ring = ring;
        this.lives = lives;
    }

    /** Messages are counted as lost from now on, or looked at again. */
    void shed(final boolean off) {
        shed = off;
    }

    /** Reads up to so many messages; returns how many. */
    int poll(final int limit) {
        return ring.poll(handler, limit);
    }

    private void onEvent(
            final int type,
            final int cpu,
            final int slot,
            final DirectBuffer buffer,
            final int offset) {
        if (type != EventSource.DNS) {
            return;
        }
        keyBytes.putBytes(0, buffer, offset + DnsLayout.KEY_OFFSET, FlowKeyView.LENGTH);
        final EndpointLife life = lives.current(key.endpoint());
        if (life.dns == null) {
            life.dns = new DnsClient(budget);
        }
        if (shed) {
            life.dns.skipped();
            return;
        }
        final long time = buffer.getLong(offset + DnsLayout.KTIME_NS_OFFSET);
        final int length = buffer.getShort(offset + DnsLayout.LENGTH_OFFSET) & 0xFFFF;
        final boolean sent =
                buffer.getByte(offset + DnsLayout.DIRECTION_OFFSET) == Direction.EGRESS.ordinal();
        final int payload = offset + DnsLayout.PAYLOAD_OFFSET;
        final int copied = Math.min(length, DnsLayout.PAYLOAD_MOST);
        if (key.protocol() != Protocols.TCP) {
            read(life.dns, sent, time, buffer, payload, copied);
            return;
        }
        final DnsClient client = life.dns;
        streams.segment(
                key.toKey(),
                sent,
                buffer.getInt(offset + DnsLayout.SEQUENCE_OFFSET),
                buffer,
                payload,
                copied,
                new DnsStreams.Consumer() {
                    @Override
                    public void message(final int at, final int size) {
                        read(client, sent, time, buffer, at, size);
                    }

                    @Override
                    public void unreadable() {
                        client.unreadable();
                    }
                });
    }

    private void read(
            final DnsClient client,
            final boolean sent,
            final long time,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        parser.parse(buffer, offset, length)
                .ifPresentOrElse(
                        message ->
                                client.message(message, sent, key.remote(), key.localPort(), time),
                        client::unreadable);
    }
}
