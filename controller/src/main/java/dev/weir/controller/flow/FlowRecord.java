package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One flow as one endpoint saw it; what is not known is null and absent from the JSON.
 *
 * @param time when the flow was last seen
 * @param node name of the node that recorded it
 * @param endpoint id of the endpoint that recorded it
 * @param event why the record was streamed; null in the answer to a query
 * @param direction of the opener's packets, as seen from {@code endpoint}
 * @param source who opened the connection
 * @param packets in the opener's direction
 * @param bytes in the opener's direction, with the Ethernet header
 * @param replyPackets in the other direction
 * @param start when the connection was first seen
 * @param end when it ended or expired; null while it is open
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "time",
    "node",
    "endpoint",
    "event",
    "direction",
    "verdict",
    "reason",
    "ip",
    "l4",
    "source",
    "destination",
    "packets",
    "bytes",
    "replyPackets",
    "replyBytes",
    "tcp",
    "icmp",
    "policy",
    "start",
    "end"
})
public record FlowRecord(
        @JsonSerialize(using = ToStringSerializer.class) Instant time,
        String node,
        String endpoint,
        @JsonSerialize(using = LowerCaseSerializer.class) Event event,
        @JsonSerialize(using = LowerCaseSerializer.class) Direction direction,
        @JsonSerialize(using = LowerCaseSerializer.class) Verdict verdict,
        @JsonSerialize(using = LowerCaseSerializer.class) Reason reason,
        Ip ip,
        L4 l4,
        Party source,
        Party destination,
        long packets,
        long bytes,
        long replyPackets,
        long replyBytes,
        Tcp tcp,
        Icmp icmp,
        List<PolicyMatch> policy,
        @JsonSerialize(using = ToStringSerializer.class) Instant start,
        @JsonSerialize(using = ToStringSerializer.class) Instant end)
        implements FlowStreamItem {

    /** Why a record is in a stream. */
    public enum Event {
        /** First seen. */
        STARTED,
        /** Counters, state or verdict moved on; at most once per report interval. */
        CHANGED,
        /** Closed, expired, or its endpoint went away. */
        ENDED
    }

    /**
     * Addresses, oriented by the opener; no source where a container made it up.
     *
     * @param version 4 or 6
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ip(
            int version,
            @JsonSerialize(using = ToStringSerializer.class) IpAddress source,
            @JsonSerialize(using = ToStringSerializer.class) IpAddress destination) {}

    /**
     * Transport.
     *
     * @param protocol name ("TCP") or the number of one without a name
     * @param sourcePort null for protocols without ports; of a denied flow, that of its last packet
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record L4(String protocol, Integer sourcePort, Integer destinationPort) {}

    /**
     * One end of the flow.
     *
     * @param entity "host" or "world" for the reserved identities
     * @param cidr the most specific policy CIDR that holds the address
     * @param netns inode of the container's network namespace
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Party(
            Integer identity,
            String entity,
            String cidr,
            String namespace,
            String pod,
            Map<String, String> labels,
            String containerId,
            Long netns) {}

    /**
     * What TCP showed.
     *
     * @param flags union of both directions, in the order of the header's bits from SYN on
     * @param handshakeNanos SYN to the opener's ACK: both shares
     * @param handshakeNetworkNanos the share between the veth and the peer
     * @param handshakeContainerNanos the share between the veth and the container
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tcp(
            List<String> flags,
            String state,
            Long handshakeNanos,
            Long handshakeNetworkNanos,
            Long handshakeContainerNanos) {}

    /** Type and code of the last ICMP message. */
    public record Icmp(int type, int code) {}

    /**
     * The rule that decided.
     *
     * @param rule such as {@code ingress[0]}; null if the policy itself decided
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PolicyMatch(String kind, String namespace, String name, String rule) {}
}
