package dev.weir.dataplane;

import dev.weir.dataplane.event.CpuLogs;
import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.FdbLayout;
import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.TableSpec;
import dev.weir.dataplane.table.TableUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Counts what is in the tables; windows and readers of its own, so any thread may ask. */
final class Usage implements AutoCloseable {
    private static final long UNKNOWN = -1;
    private static final int BATCH = 1_024;

    private final Dataplane dataplane;
    private final CpuLogs told;
    private final Map<TableSpec, BpfMap> maps;
    private final BatchReader fragments;
    private final FlowRegions flows;
    private final DeniedRegions denied;

    Usage(
            final Dataplane dataplane,
            final CpuLogs told,
            final TableSet tables,
            final Map<TableSpec, BpfMap> maps) {
        this.dataplane = dataplane;
        this.told = told;
        this.maps = maps;
        this.fragments = new BatchReader(maps.get(TableSpec.FRAGMENTS), BATCH);
        this.flows =
                new FlowRegions(
                        maps.get(TableSpec.FLOWS),
                        maps.get(TableSpec.FLOW_DETAILS),
                        maps.get(TableSpec.FLOW_STAMPS),
                        tables.cpus(),
                        tables.sizes().flowsPerCpu());
        this.denied =
                new DeniedRegions(
                        maps.get(TableSpec.DENIED), tables.cpus(), tables.sizes().deniedPerCpu());
    }

    synchronized List<TableUsage> read() {
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
        if (spec == TableSpec.INTERFACES) {
            return (long) EndpointLayout.INTERFACE_BUCKETS * EndpointLayout.INTERFACE_WAYS;
        }
        if (spec == TableSpec.FDB) {
            return (long) FdbLayout.BUCKETS * FdbLayout.WAYS;
        }
        return spec == TableSpec.FLOWS || spec == TableSpec.DENIED
                ? entries * TableSpec.WAYS
                : entries;
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
            return fragments.count();
        } else if (spec == TableSpec.FLOWS) {
            return flows.used();
        } else if (spec == TableSpec.DENIED) {
            return denied.used();
        } else if (spec == TableSpec.ENDPOINTS) {
            return endpoints();
        } else if (spec == TableSpec.EVENTS) {
            return dataplane.events().pending();
        } else if (spec == TableSpec.DNS) {
            return dataplane.dns().pending();
        } else if (spec == TableSpec.PROCESSES) {
            return told.pending();
        }
        return UNKNOWN;
    }

    private long endpoints() {
        long used = 0;
        for (int number = 1; number < dataplane.endpoints().capacity(); number++) {
            used += dataplane.endpoints().read(number).isPresent() ? 1 : 0;
        }
        return used;
    }

    @Override
    public synchronized void close() {
        flows.close();
        denied.close();
    }
}
