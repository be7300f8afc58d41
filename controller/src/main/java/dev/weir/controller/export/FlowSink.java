package dev.weir.controller.export;

import java.io.IOException;
import java.util.List;

/** Where reports go. Called by one thread, which may be made to wait; closed by another. */
public interface FlowSink extends AutoCloseable {
    /** What it is, for people: {@code ipfix}. */
    String name();

    /** Where it sends to, for people. */
    String target();

    /**
     * Sends all of them, and takes out of the list what it has handed over; connects first where
     * that is needed.
     *
     * @return how many the receiver refused for good: they are lost
     * @throws IOException if it did not work now; what is left in the list is sent again later
     */
    int send(List<FlowReport> reports) throws IOException;

    /**
     * Tells the receiver what it was not given, since the last call.
     *
     * @throws IOException if that did not work now; it is told again later
     */
    void missing(Missing missing) throws IOException;

    /**
     * Called about once a second, whether there is something to send or not.
     *
     * @throws IOException as {@link #send}
     */
    void tick() throws IOException;

    /** Ends a call that waits, and gives back what it holds. */
    @Override
    void close();
}
