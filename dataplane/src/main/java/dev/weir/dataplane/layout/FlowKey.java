package dev.weir.dataplane.layout;

/**
 * A flow as seen from the container ({@code struct weir_flow_key}).
 *
 * @param endpoint number of the endpoint
 * @param local the container's address
 * @param remote the other side's
 * @param localPort host order; ICMP echo as in abi.h
 * @param remotePort host order
 * @param protocol IANA number
 */
public record FlowKey(
        int endpoint,
        IpAddress local,
        IpAddress remote,
        int localPort,
        int remotePort,
        int protocol) {}
