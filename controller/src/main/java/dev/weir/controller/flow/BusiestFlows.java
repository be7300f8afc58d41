package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Which flows are at the top just now. Safe for any thread. */
public interface BusiestFlows {
    /** What is meant by busy; by the rate if one is known, else by the sum. */
    enum Order {
        /** Bytes, both directions. */
        BYTES,
        /** Packets, both directions. */
        PACKETS,
        /** Packets of denied traffic; other flows are left out. */
        DROPS,
        /** Average RTT, or before a sample the network's share of the handshake. */
        RTT,
        /** Retransmitted packets, both sides. */
        RETRANSMITS
    }

    /**
     * A flow and how fast it is, both directions; rates are null in an answer without seconds.
     *
     * @param packetsPerSecond over the seconds of the answer
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Busy(
            Double packetsPerSecond,
            Double bytesPerSecond,
            Double retransmitsPerSecond,
            FlowRecord flow) {}

    /**
     * The busiest first.
     *
     * @param seconds that the rates are over; 0 for the first call, which has no rates
     */
    record Answer(List<Busy> items, double seconds, FlowCompleteness completeness) {}

    /**
     * The busiest of the flows that {@code query} wants, at most {@code query.last()}; rates are
     * since an earlier call of anybody, a quarter of a second to half a minute ago.
     */
    Answer busiest(FlowQuery query, Order order);
}
