package dev.weir.controller.capture;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowNames;
import dev.weir.controller.thread.Daemons;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.capture.PacketFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Captures, one at a time; closing ends the one that runs and waits until it is gone. */
public final class Captures implements CaptureSource, AutoCloseable {
    /** Packets that wait to be read: some five thousand of 1,500 bytes. */
    private static final int RING_BYTES = 8 << 20;

    private static final long CLOSE_MILLIS = 10_000;

    private final Loader loader;
    private final Supplier<? extends Collection<Endpoint>> endpoints;
    private final FlowNames names;
    private CaptureSession running;
    private Thread thread;

    /** Brings a capture's programs into the kernel. */
    @FunctionalInterface
    public interface Loader {
        PacketCapture load(PacketFilter filter, int ringBytes);
    }

    /**
     * @param endpoints those that are attached now
     */
    public Captures(
            final Loader loader,
            final Supplier<? extends Collection<Endpoint>> endpoints,
            final FlowNames names) {
        this.loader = loader;
        this.endpoints = endpoints;
        this.names = names;
    }

    /** Blocks while the kernel verifies the programs. */
    @Override
    public synchronized CaptureStream start(final CaptureQuery query, final CaptureFormat format) {
        if (running != null) {
            throw new CaptureRefusedException(
                    CaptureRefusedException.Cause.BUSY,
                    "another capture runs (expected: one at a time)");
        }
        final List<Endpoint> chosen = endpoints.get().stream().filter(query.endpoints()).toList();
        if (chosen.isEmpty()) {
            throw new CaptureRefusedException(
                    CaptureRefusedException.Cause.NOBODY,
                    "no container matches "
                            + (query.text().isEmpty() ? "(none is attached)" : query.text()));
        }
        final PacketCapture capture = loader.load(query.filter(), RING_BYTES);
        try {
            return start(query, format, capture, chosen);
        } catch (final RuntimeException e) {
            capture.close();
            throw e;
        }
    }

    private CaptureStream start(
            final CaptureQuery query,
            final CaptureFormat format,
            final PacketCapture capture,
            final List<Endpoint> chosen) {
        final List<CapturedEndpoint> captured = new ArrayList<>();
        for (final Endpoint endpoint : chosen) {
            if (capture.add(endpoint.ifIndex())) { // else it was detached meanwhile
                captured.add(new CapturedEndpoint(captured.size(), endpoint));
            }
        }
        if (captured.isEmpty()) {
            throw new CaptureRefusedException(
                    CaptureRefusedException.Cause.NOBODY, "every container that matched is gone");
        }
        running = new CaptureSession(query, format, capture, captured, names, this::ended);
        thread = Daemons.named("weir-capture").newThread(running);
        thread.start();
        return running;
    }

    private synchronized void ended() {
        running = null;
    }

    @Override
    public void close() {
        final Thread last;
        synchronized (this) {
            if (running != null) {
                running.close();
            }
            last = thread;
        }
        try {
            if (last != null) {
                last.join(CLOSE_MILLIS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
