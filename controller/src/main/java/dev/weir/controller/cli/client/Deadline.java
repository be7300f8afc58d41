package dev.weir.controller.cli.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Closes a channel that takes too long; a blocking channel knows no time-out of its own. */
final class Deadline extends Thread implements AutoCloseable {
    private final SocketChannel channel;
    private final long millis;
    private volatile boolean passed;

    private Deadline(final SocketChannel channel, final long millis) {
        super("deadline");
        this.channel = channel;
        this.millis = millis;
        setDaemon(true);
    }

    static Deadline start(final SocketChannel channel, final long millis) {
        final Deadline deadline = new Deadline(channel, millis);
        deadline.start();
        return deadline;
    }

    @Override
    public void run() {
        try {
            Thread.sleep(millis);
            passed = true;
            channel.close();
        } catch (final InterruptedException e) {
            // Answered in time.
        } catch (final IOException e) {
            // It was being closed already.
        }
    }

    boolean passed() {
        return passed;
    }

    /** It is over in time. */
    void met() {
        interrupt();
    }

    @Override
    public void close() {
        interrupt();
    }
}
