package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;

/**
 * What stays the same over a flow's life. Denied traffic is one flow for all ports of the sender,
 * so its source port is no part of it, and the reason is.
 */
record FlowIdentity(
        String endpoint,
        Direction direction,
        IpAddress source,
        IpAddress destination,
        String protocol,
        int sourcePort,
        int destinationPort,
        Reason denied) {
    private static final int NONE = -1;

    static FlowIdentity of(final FlowRecord flow) {
        final boolean denied = flow.verdict() == Verdict.DENIED && flow.ip().dscp() == null;
        final FlowRecord.L4 l4 = flow.l4();
        return new FlowIdentity(
                flow.endpoint(),
                flow.direction(),
                flow.ip().source(),
                flow.ip().destination(),
                l4.protocol(),
                denied || l4.sourcePort() == null ? NONE : l4.sourcePort(),
                l4.destinationPort() == null ? NONE : l4.destinationPort(),
                denied ? flow.reason() : null);
    }
}
