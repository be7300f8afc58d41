package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;

/**
 * First packet of a connection, as one endpoint's policy sees it.
 *
 * @param endpoint number
 * @param direction as seen from the endpoint
 * @param remote address of the other side
 * @param protocol IANA number
 * @param port destination port, 0 for protocols without ports
 */
public record Packet(int endpoint, Direction direction, IpAddress remote, int protocol, int port) {}
