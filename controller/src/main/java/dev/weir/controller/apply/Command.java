package dev.weir.controller.apply;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thing for the applier to do, and who waits for it.
 *
 * @param body runs on the applier's thread
 */
record Command<T>(Supplier<T> body, CompletableFuture<T> future) {
    private static final Logger LOG = LoggerFactory.getLogger(Command.class);

    /** Completes the future either way. */
    void run() {
        final T result;
        try {
            result = body.get();
        } catch (final ControllerException e) {
            future.completeExceptionally(e);
            return;
        } catch (final RuntimeException e) {
            LOG.error("a change failed", e);
            future.completeExceptionally(ControllerException.internal(e.toString()));
            return;
        }
        future.complete(result);
    }

    /** For those still waiting when the applier ends. */
    void refuse() {
        future.completeExceptionally(ControllerException.unavailable("the agent is stopping"));
    }
}
