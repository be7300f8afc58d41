package dev.weir.controller.flow;

import dev.weir.controller.dns.DnsClient;
import dev.weir.controller.endpoint.Endpoint;

/**
 * One use of an endpoint number, from attach to detach: numbers are used again, flows of the past
 * must keep their names.
 */
final class EndpointLife {
    final int serial;
    final int number;

    /** Attributed to flows so far. */
    final Counts attributed = new Counts();

    /** Attributed to flows and then counted once more by the datapath as overflow. */
    final Counts twice = new Counts();

    /** Of that, what was in flows that have left the history. */
    final Counts pushedOut = new Counts();

    final Handshakes handshakes = new Handshakes();
    final InsightTotals insight = new InsightTotals();
    final TrafficRate rate = new TrafficRate();

    /** What the kernel's counters stood at when the endpoint was attached. */
    CounterBaseline baseline = CounterBaseline.ZERO;

    /** Null until the first DNS message. */
    DnsClient dns;

    long activeFlows;
    boolean attached;

    /** Rows of the ledger that name this life, as recorder or as peer. */
    int references;

    private Endpoint endpoint;

    EndpointLife(final int serial, final int number) {
        this.serial = serial;
        this.number = number;
    }

    /** As it is or was last; null if nobody ever told. */
    Endpoint endpoint() {
        return endpoint;
    }

    void endpoint(final Endpoint latest) {
        endpoint = latest;
    }
}
