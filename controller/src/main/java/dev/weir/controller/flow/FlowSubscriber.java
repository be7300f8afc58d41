package dev.weir.controller.flow;

/** Told that its subscription has something to poll. */
@FunctionalInterface
public interface FlowSubscriber {
    /**
     * Called on the sweep's thread after it has added records, about once a second; must return at
     * once (hand over to an event loop, which then polls until null).
     */
    void ready(FlowSubscription subscription);
}
