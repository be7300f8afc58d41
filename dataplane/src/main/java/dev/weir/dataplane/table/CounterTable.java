package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/**
 * {@code weir_counters}: every packet of an endpoint, by direction and reason. Counters only grow,
 * also when an endpoint's number is used again: readers take differences. Any thread; no
 * allocation.
 */
public final class CounterTable implements AutoCloseable {
    private final CounterMemory memory;
    private final int endpoints;

    /** Over one buffer a CPU, each with {@code endpoints} records. */
    public CounterTable(final AtomicBuffer[] regions, final int endpoints) {
        this.memory = CounterMemory.of(regions, endpoints, EndpointCounters.LENGTH);
        this.endpoints = endpoints;
    }

    /** Over the map, which must stay open. */
    public CounterTable(final BpfMap map, final int cpus, final int endpoints) {
        this.memory = CounterMemory.of(map, cpus, endpoints, EndpointCounters.LENGTH);
        this.endpoints = endpoints;
    }

    public int cpus() {
        return memory.cpus();
    }

    /** Endpoint numbers run below this. */
    public int endpoints() {
        return endpoints;
    }

    public long packets(final int endpoint, final Direction direction, final Reason reason) {
        return sum(endpoint, EndpointCounters.reasonOffset(direction, reason));
    }

    public long bytes(final int endpoint, final Direction direction, final Reason reason) {
        return sum(
                endpoint,
                EndpointCounters.reasonOffset(direction, reason) + EndpointCounters.BYTES);
    }

    /** Packets that one CPU counted. */
    public long packets(
            final int cpu, final int endpoint, final Direction direction, final Reason reason) {
        return cell(cpu, endpoint, EndpointCounters.reasonOffset(direction, reason));
    }

    /** Bytes that one CPU counted. */
    public long bytes(
            final int cpu, final int endpoint, final Direction direction, final Reason reason) {
        return cell(
                cpu,
                endpoint,
                EndpointCounters.reasonOffset(direction, reason) + EndpointCounters.BYTES);
    }

    /** Packets of evicted flow entries that found no room. */
    public long overflowPackets(final int endpoint, final Direction direction) {
        return sum(endpoint, EndpointCounters.overflowOffset(direction));
    }

    public long overflowBytes(final int endpoint, final Direction direction) {
        return sum(endpoint, EndpointCounters.overflowOffset(direction) + EndpointCounters.BYTES);
    }

    /** Packets of evicted denied entries that found no room. */
    public long deniedOverflowPackets(final int endpoint, final Direction direction) {
        return sum(endpoint, EndpointCounters.deniedOverflowOffset(direction));
    }

    public long deniedOverflowBytes(final int endpoint, final Direction direction) {
        return sum(
                endpoint,
                EndpointCounters.deniedOverflowOffset(direction) + EndpointCounters.BYTES);
    }

    public long flowsCreated(final int endpoint) {
        return sum(endpoint, EndpointCounters.FLOWS_CREATED_OFFSET);
    }

    public long flowsEvicted(final int endpoint) {
        return sum(endpoint, EndpointCounters.FLOWS_EVICTED_OFFSET);
    }

    /** TCP connections, by SYN. */
    public long connectionsOpened(final int endpoint) {
        return sum(endpoint, EndpointCounters.CONNECTIONS_OPENED_OFFSET);
    }

    /** Refused, or cut before they were established. */
    public long connectionsFailed(final int endpoint) {
        return sum(endpoint, EndpointCounters.CONNECTIONS_FAILED_OFFSET);
    }

    /** Forgotten before their time, because their bucket was full. */
    public long connectionsEvicted(final int endpoint) {
        return sum(endpoint, EndpointCounters.CONNECTIONS_EVICTED_OFFSET);
    }

    /** DNS messages of which user space has no copy, because their ring was full. */
    public long dnsLost(final int endpoint) {
        return sum(endpoint, EndpointCounters.DNS_LOST_OFFSET);
    }

    /** Frames redirected to it past its host veth, as that would have counted them. */
    public long redirectedFrames(final int endpoint) {
        return sum(endpoint, EndpointCounters.REDIRECTED_OFFSET);
    }

    public long redirectedBytes(final int endpoint) {
        return sum(endpoint, EndpointCounters.REDIRECTED_OFFSET + EndpointCounters.BYTES);
    }

    private long sum(final int endpoint, final int offset) {
        long sum = 0;
        for (int cpu = 0; cpu < memory.cpus(); cpu++) {
            sum += cell(cpu, endpoint, offset);
        }
        return sum;
    }

    private long cell(final int cpu, final int endpoint, final int offset) {
        return memory.read(cpu, endpoint, offset);
    }

    @Override
    public void close() {
        memory.close();
    }
}
