package dev.weir.controller.api.http;

/**
 * The body of a streamed answer. {@link #next} is called on the event loop, only while the client
 * keeps up, so it must not block; whoever fills the source bounds it and counts what it loses.
 */
public interface Chunks extends AutoCloseable {
    /** Called once, before the first {@link #next}; {@code ready} may be run on any thread. */
    void onReady(Runnable ready);

    /** The next bytes, or null when there are none at present. */
    byte[] next();

    /** True when {@link #next} has given all there will ever be. */
    boolean ended();

    @Override
    void close();
}
