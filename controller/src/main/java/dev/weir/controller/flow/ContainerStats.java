package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.weir.controller.dns.DnsFigures;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import java.util.List;
import java.util.Map;

/**
 * Totals of one container since it was attached.
 *
 * @param number the endpoint's number in the datapath
 * @param endpoint the endpoint's id
 * @param drops packets and bytes by reason, drops only, both directions; sorted by reason
 * @param dropCauses the same by direction and by the policy and rule that caused them, where the
 *     flows in memory tell; the most frequent first
 * @param overflow in ingress/egress but in no flow record, because the log was full
 * @param pushedOut in ingress/egress, in flows that left the history for want of memory
 * @param dns what it asked over UDP; null if nothing, or DNS is off
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerStats(
        int number,
        String endpoint,
        String containerId,
        String namespace,
        String pod,
        Traffic ingress,
        Traffic egress,
        Map<String, Count> drops,
        List<Drop> dropCauses,
        Count overflow,
        Count pushedOut,
        long activeFlows,
        long flowsCreated,
        long flowsEvicted,
        Connections tcp,
        DnsFigures dns) {

    /**
     * What was dropped for one cause.
     *
     * @param policy the policy, and its rule, that denied it; null where it is not known or no
     *     policy did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Drop(
            @JsonSerialize(using = LowerCaseSerializer.class) Reason reason,
            @JsonSerialize(using = LowerCaseSerializer.class) Direction direction,
            List<FlowRecord.PolicyMatch> policy,
            long packets,
            long bytes) {}

    /** Packets and bytes with the Ethernet header. */
    public record Count(long packets, long bytes) {
        static final Count ZERO = new Count(0, 0);

        Count plus(final long morePackets, final long moreBytes) {
            return new Count(packets + morePackets, bytes + moreBytes);
        }
    }

    /**
     * One direction by verdict.
     *
     * @param byReason every reason with a packet, in the order of {@code enum weir_reason}
     * @param rate of all three, over the last sweep interval
     */
    public record Traffic(
            Count allowed, Count denied, Count audit, Map<String, Count> byReason, Rate rate) {}

    /** Per second. */
    public record Rate(double packets, double bytes, double deniedPackets) {}

    /**
     * TCP connections.
     *
     * @param opened by SYN, either side
     * @param failed refused, or cut before they were established
     * @param handshake SYN to ACK, nanoseconds; absent while none was seen
     * @param handshakeNetwork the network's share
     * @param handshakeContainer the container's share
     * @param rtt from the container's data to the peer's acknowledgement
     * @param retransmits packets sent again, both directions, since this agent began
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Connections(
            long opened,
            long failed,
            Quantiles handshake,
            Quantiles handshakeNetwork,
            Quantiles handshakeContainer,
            FlowRecord.Rtt rtt,
            long retransmits,
            long retransmittedBytes,
            long outOfOrder,
            long zeroWindows) {}

    /** Nanoseconds, to two digits. */
    public record Quantiles(long count, long min, long p50, long p90, long p99, long max) {}
}
