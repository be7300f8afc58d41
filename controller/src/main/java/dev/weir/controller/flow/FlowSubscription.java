package dev.weir.controller.flow;

/** A bounded queue of records; polled by one thread. */
public interface FlowSubscription extends AutoCloseable {
    /** The next item, null if there is none now. */
    FlowStreamItem poll();

    /** Records lost to this subscriber so far. */
    long lost();

    /** Stops it; may be called twice and from any thread. */
    @Override
    void close();
}
