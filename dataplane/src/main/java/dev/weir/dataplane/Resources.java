package dev.weir.dataplane;

import java.util.ArrayDeque;
import java.util.Deque;

/** What must be given back, last first; a failure of one does not keep the others. */
final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> held = new ArrayDeque<>();

    <T extends AutoCloseable> T add(final T resource) {
        held.push(resource);
        return resource;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!held.isEmpty()) {
            try {
                held.pop().close();
            } catch (final Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("close", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
