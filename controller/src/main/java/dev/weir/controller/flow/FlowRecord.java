package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
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
 * @param vlan 802.1Q id that its packets carried; null without one
 * @param start when the connection was first seen
 * @param end when it ended or expired; null while it is open
 * @param closeReason why it ended; null while it is open and for denied traffic
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
    "vlan",
    "communityId",
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
    "end",
    "closeReason"
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
        Integer vlan,
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
        @JsonSerialize(using = ToStringSerializer.class) Instant end,
        @JsonSerialize(using = LowerCaseSerializer.class) CloseReason closeReason)
        implements FlowStreamItem {

    /**
     * Community ID, version 1, seed 0: the same on every observer of this flow (Zeek, Suricata,
     * Wireshark); null where an address or the ICMP type is not known. Made when it is asked for.
     */
    @JsonProperty("communityId")
    public String communityId() {
        return CommunityId.of(this);
    }

    /** Why a record is in a stream. */
    public enum Event {
        /** First seen. */
        STARTED,
        /** Counters, state or verdict moved on; at most once per report interval. */
        CHANGED,
        /** Closed, expired, or its endpoint went away. */
        ENDED
    }

    /** Why a flow that was let through is over. */
    public enum CloseReason {
        /** Both sides sent FIN. */
        FIN,
        RESET_BY_SOURCE,
        RESET_BY_DESTINATION,
        /** The answer to the SYN was a reset. */
        REFUSED,
        /** Nothing came for the protocol's idle time. */
        TIMEOUT,
        /** Its addresses and ports were used again before it was over. */
        REUSED,
        /** It was still open, but its memory was needed. */
        EVICTED,
        /** Its endpoint went away. */
        DETACHED
    }

    /**
     * Addresses, oriented by the opener; no source where a container made it up.
     *
     * @param version 4 or 6
     * @param dscp of its first packet, RFC 2474; null for denied traffic
     * @param ecn codepoints of RFC 3168 that were seen, without Not-ECT; null for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ip(
            int version,
            @JsonSerialize(using = ToStringSerializer.class) IpAddress source,
            @JsonSerialize(using = ToStringSerializer.class) IpAddress destination,
            Integer dscp,
            List<String> ecn) {}

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
     * @param names by which the recording container looked the address up, before the flow
     * @param netns inode of the container's network namespace
     * @param mac of the container's side
     * @param networkInterface host side of the container's veth
     * @param process who opened or accepted it, where that is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "identity",
        "entity",
        "cidr",
        "names",
        "namespace",
        "pod",
        "labels",
        "containerId",
        "netns",
        "mac",
        "interface",
        "process"
    })
    public record Party(
            Integer identity,
            String entity,
            String cidr,
            List<String> names,
            String namespace,
            String pod,
            Map<String, String> labels,
            String containerId,
            Long netns,
            @JsonSerialize(using = ToStringSerializer.class) MacAddress mac,
            @JsonProperty("interface") String networkInterface,
            FlowProcess process) {

        /** One of whom nothing but the identity is known; null for not even that. */
        static Party outside(final Integer identity, final String entity) {
            return new Party(
                    identity, entity, null, null, null, null, null, null, null, null, null, null);
        }

        Party with(final FlowProcess known) {
            return new Party(
                    identity,
                    entity,
                    cidr,
                    names,
                    namespace,
                    pod,
                    labels,
                    containerId,
                    netns,
                    mac,
                    networkInterface,
                    known);
        }

        Party with(final List<String> known) {
            return new Party(
                    identity,
                    entity,
                    cidr,
                    known,
                    namespace,
                    pod,
                    labels,
                    containerId,
                    netns,
                    mac,
                    networkInterface,
                    process);
        }
    }

    /**
     * What TCP showed.
     *
     * @param flags union of both directions, in the order of the header's bits from SYN on
     * @param handshakeNanos SYN to the opener's ACK: both shares
     * @param handshakeNetworkNanos the share between the veth and the peer
     * @param handshakeContainerNanos the share between the veth and the container
     * @param rttNanos over the connection's life; null while there is no sample
     * @param retransmits packets sent again, both sides; null where they are not counted
     * @param source what the opener sent
     * @param destination what the other side sent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tcp(
            List<String> flags,
            String state,
            Long handshakeNanos,
            Long handshakeNetworkNanos,
            Long handshakeContainerNanos,
            Rtt rttNanos,
            Long retransmits,
            TcpSide source,
            TcpSide destination) {}

    /** Round-trip times in nanoseconds; the quantiles to half an octave. */
    public record Rtt(long samples, long min, long avg, long p50, long p90, long p99) {}

    /**
     * What one side of a TCP connection sent; null where it is not counted.
     *
     * @param flags that it set in any packet
     * @param retransmits packets that it sent again
     * @param zeroWindows packets with which it said that it takes no more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TcpSide(
            List<String> flags,
            Long retransmits,
            Long retransmittedBytes,
            Long outOfOrder,
            Long zeroWindows) {}

    /** Type and code: of an echo those of the request, else of the last message. */
    public record Icmp(int type, int code) {}

    /**
     * The rule that decided.
     *
     * @param namespace null for a cluster-wide policy
     * @param rule such as {@code ingress[0]}; null if the policy itself decided: it isolates the
     *     endpoint, and none of its rules allows the flow
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PolicyMatch(String kind, String namespace, String name, String rule) {}
}
