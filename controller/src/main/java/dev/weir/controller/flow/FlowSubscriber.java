package dev.weir.controller.flow;

/** Told that its subscription has something to poll. */
@FunctionalInterface
public interface FlowSubscriber {
    /**
     * Called on the sweep's thread when the queue was empty and no longer is; must return at once
     * (hand over to an event loop, which then polls).
     */
    void ready(FlowSubscription subscription);
}
