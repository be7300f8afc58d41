package dev.weir.dataplane;

import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.EventLayout;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.table.TableSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every map with its size, for one set of settings on one machine. */
record TableSet(TableSizes sizes, int cpus) {
    /** Some thousand messages; they are read five times a second or more. */
    private static final int DNS_BYTES = 256 << 10;

    /** Connections of all CPUs; read as often. */
    private static final int PROCESS_RECORDS = 16_384;

    private static final int PROCESS_RECORDS_LEAST = 512;

    private static final int EVENT_RECORDS_LEAST = 512;

    int flowBuckets() {
        return sizes.flowsPerCpu() / TableSpec.WAYS;
    }

    int deniedBuckets() {
        return sizes.deniedPerCpu() / TableSpec.WAYS;
    }

    int connectionBuckets() {
        return sizes.conntrack() / ConnectionLayout.WAYS;
    }

    /** Of each CPU: what its share of the bytes holds, rounded up to a power of two. */
    int eventRecords() {
        final int share = sizes.eventBytes() / cpus / EventLayout.LENGTH;
        return Math.max(EVENT_RECORDS_LEAST, Integer.highestOneBit(2 * share - 1));
    }

    /** Of each CPU. */
    int processRecords() {
        return Math.max(PROCESS_RECORDS_LEAST, Integer.highestOneBit(PROCESS_RECORDS / cpus));
    }

    /** Map to entries, in the order of {@code maps.h}. */
    Map<TableSpec, Integer> entries() {
        final Map<TableSpec, Integer> entries = new LinkedHashMap<>();
        entries.put(TableSpec.CONTROL, 1);
        entries.put(TableSpec.INTERFACES, 1);
        entries.put(TableSpec.FDB, 1);
        entries.put(TableSpec.ENDPOINTS, sizes.endpoints());
        entries.put(TableSpec.FLOWS, Math.multiplyExact(flowBuckets(), cpus));
        entries.put(TableSpec.FLOW_DETAILS, Math.multiplyExact(sizes.flowsPerCpu(), cpus));
        entries.put(TableSpec.FLOW_STAMPS, cpus);
        entries.put(TableSpec.DENIED, Math.multiplyExact(deniedBuckets(), cpus));
        entries.put(TableSpec.COUNTERS, Math.multiplyExact(sizes.endpoints(), cpus));
        entries.put(TableSpec.RULES, Math.multiplyExact(sizes.rules(), cpus));
        entries.put(TableSpec.CONNTRACK, connectionBuckets());
        entries.put(TableSpec.FRAGMENTS, sizes.fragments());
        entries.put(TableSpec.PEERS, sizes.peers());
        entries.put(TableSpec.CIDRS_V4, sizes.cidrs());
        entries.put(TableSpec.CIDRS_V6, sizes.cidrs());
        entries.put(TableSpec.POLICY, sizes.policyRows());
        entries.put(TableSpec.EVENT_LOGS, cpus);
        entries.put(TableSpec.EVENTS, Math.multiplyExact(eventRecords(), cpus));
        entries.put(TableSpec.DNS, DNS_BYTES);
        entries.put(TableSpec.PROCESS_LOGS, cpus);
        entries.put(TableSpec.PROCESSES, Math.multiplyExact(processRecords(), cpus));
        entries.put(TableSpec.PROCESS_SLOTS, ProcessLayout.SLOTS);
        entries.put(TableSpec.PROCESS_SOCKETS, 0);
        return entries;
    }

    /**
     * Proves that what was loaded is what the layouts know.
     *
     * @throws IllegalStateException naming the map that differs
     */
    void verify(final TableSpec spec, final BpfMap map) {
        map.expect(spec.type(), spec.keySize(), spec.valueSize());
        if (!spec.matches(map, entries().get(spec))) {
            throw new IllegalStateException(
                    spec.name()
                            + ": "
                            + map.info()
                            + " (expected: "
                            + entries().get(spec)
                            + " entries, flags "
                            + spec.flags()
                            + ")");
        }
    }
}
