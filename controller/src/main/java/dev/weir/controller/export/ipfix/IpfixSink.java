package dev.weir.controller.export.ipfix;

import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.FlowSink;
import dev.weir.controller.export.Missing;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/**
 * Sends reports to an IPFIX collector. Over TCP templates go once a connection, over UDP again and
 * again. What broke off is sent again from the first message that was not handed over.
 */
public final class IpfixSink implements FlowSink {
    private final IpfixSettings settings;
    private final Clock clock;
    private final MessageWriter writer;
    private volatile Wire wire;
    private volatile boolean closed;
    private long templatesAt;
    private Missing notSent = new Missing(0, 0, 0);

    public IpfixSink(final IpfixSettings settings, final Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.writer = new MessageWriter(settings);
    }

    @Override
    public String name() {
        return "ipfix";
    }

    @Override
    public String target() {
        return (settings.tcp() ? "tcp " : "udp ")
                + settings.collector().getHostString()
                + ":"
                + settings.collector().getPort();
    }

    @Override
    public int send(final List<FlowReport> reports) throws IOException {
        try {
            connect();
            while (!reports.isEmpty()) {
                int taken = 0;
                while (taken < reports.size() && writer.add(reports.get(taken))) {
                    taken++;
                }
                flush();
                reports.subList(0, taken).clear();
            }
            return 0;
        } catch (final IOException e) {
            disconnect();
            throw e;
        }
    }

    @Override
    public void missing(final Missing missing) throws IOException {
        try {
            connect();
            writer.loss(notSent.plus(missing));
            flush();
            notSent = notSent.plus(missing);
        } catch (final IOException e) {
            disconnect();
            throw e;
        }
    }

    @Override
    public void tick() throws IOException {
        if (wire != null && !settings.tcp() && templatesDue()) {
            sendTemplates();
        }
    }

    private void connect() throws IOException {
        if (closed) {
            throw new IOException("stopped");
        }
        if (wire != null) {
            wire.check();
            if (!settings.tcp() && templatesDue()) {
                sendTemplates();
            }
            return;
        }
        wire = Wire.connect(settings);
        writer.newSession();
        sendTemplates();
    }

    private boolean templatesDue() {
        return clock.millis() - templatesAt >= settings.templates().toMillis();
    }

    private void sendTemplates() throws IOException {
        flush();
        writer.templates();
        templatesAt = clock.millis();
        flush();
    }

    private void flush() throws IOException {
        if (!writer.isEmpty()) {
            wire.send(writer.finish(clock.instant().getEpochSecond()));
        }
    }

    private void disconnect() {
        final Wire gone = wire;
        wire = null;
        if (gone != null) {
            gone.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
