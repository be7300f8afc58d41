package dev.weir.controller.flow;

/** The flows that are known now. Safe for any thread; a call waits at most for one sweep. */
public interface FlowHistory extends BusiestFlows {
    /** The matching flows, newest last, after reading the kernel's counters once more. */
    FlowAnswer query(FlowQuery query);

    /**
     * Streams matching flows from now on; {@code last}, {@code since} and {@code until} of the
     * query are not used.
     *
     * @param capacity records that may wait; what comes after that is lost to this subscriber
     */
    FlowSubscription subscribe(FlowQuery query, int capacity, FlowSubscriber subscriber);

    /** How complete the figures are, for status and metrics. */
    FlowCompleteness completeness();
}
