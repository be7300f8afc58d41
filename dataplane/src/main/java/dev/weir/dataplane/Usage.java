package dev.weir.dataplane;

import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.table.TableSpec;
import dev.weir.dataplane.table.TableUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Counts what is in the tables; flyweights and readers of its own, so any thread may ask. */
final class Usage {
    private static final long UNKNOWN = -1;

    private final Dataplane dataplane;
    private final Map<TableSpec, BpfMap> maps;

    Usage(final Dataplane dataplane, final Map<TableSpec, BpfMap> maps) {
        this.dataplane = dataplane;
        this.maps = maps;
    }

    List<TableUsage> read() {
        final List<TableUsage> all = new ArrayList<>();
        for (final Map.Entry<TableSpec, BpfMap> entry : maps.entrySet()) {
            final BpfMap map = entry.getValue();
            all.add(
                    new TableUsage(
                            map.name(),
                            map.info().typeText(),
                            capacity(entry.getKey(), map),
                            entries(entry.getKey(), map),
                            map.memoryBytes()));
        }
        return all;
    }

    /** In the unit that entries are counted in: flows, not buckets. */
    private static long capacity(final TableSpec spec, final BpfMap map) {
        final long entries = map.info().maxEntries();
        if (spec == TableSpec.CONNTRACK) {
            return entries * ConnectionLayout.WAYS;
        }
        final boolean buckets =
                spec == TableSpec.FLOWS || spec == TableSpec.DENIED || spec == TableSpec.INTERFACES;
        return buckets ? entries * TableSpec.WAYS : entries;
    }

    private long entries(final TableSpec spec, final BpfMap map) {
        if (spec == TableSpec.PEERS) {
            return dataplane.peers().size();
        } else if (spec == TableSpec.POLICY) {
            return dataplane.policies().size();
        } else if (spec == TableSpec.CIDRS_V4 || spec == TableSpec.CIDRS_V6) {
            return dataplane.cidrs().size(spec == TableSpec.CIDRS_V4);
        } else if (spec == TableSpec.CONNTRACK) {
            return dataplane.connections().used();
        } else if (spec == TableSpec.FRAGMENTS) {
            return new BatchReader(map).count();
        } else if (spec == TableSpec.FLOWS) {
            return flows();
        } else if (spec == TableSpec.DENIED) {
            return denied();
        } else if (spec == TableSpec.ENDPOINTS) {
            return endpoints();
        } else if (spec == TableSpec.EVENTS) {
            return dataplane.events().pending();
        }
        return UNKNOWN;
    }

    private long flows() {
        final FlowEntry entry = new FlowEntry();
        long used = 0;
        for (int cpu = 0; cpu < dataplane.flows().cpus(); cpu++) {
            for (int slot = 0; slot < dataplane.flows().slots(); slot++) {
                used += dataplane.flows().at(cpu, slot, entry).endpoint() != 0 ? 1 : 0;
            }
        }
        return used;
    }

    private long denied() {
        final DeniedEntry entry = new DeniedEntry();
        long used = 0;
        for (int cpu = 0; cpu < dataplane.denied().cpus(); cpu++) {
            for (int slot = 0; slot < dataplane.denied().slots(); slot++) {
                used += dataplane.denied().at(cpu, slot, entry).endpoint() != 0 ? 1 : 0;
            }
        }
        return used;
    }

    private long endpoints() {
        long used = 0;
        for (int number = 1; number < dataplane.endpoints().capacity(); number++) {
            used += dataplane.endpoints().read(number).isPresent() ? 1 : 0;
        }
        return used;
    }
}
