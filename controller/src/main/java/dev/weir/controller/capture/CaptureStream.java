package dev.weir.controller.capture;

/** A capture's output while it comes; {@link #next} and {@link #close} never block. */
public interface CaptureStream extends AutoCloseable {
    /** {@code ready} is run, on any thread, whenever there may be more. */
    void onReady(Runnable ready);

    /** The next bytes, null if there are none now. */
    byte[] next();

    /** True when {@link #next} has given all there will ever be. */
    boolean ended();

    /** Ends the capture if it still runs; twice is fine. */
    @Override
    void close();
}
