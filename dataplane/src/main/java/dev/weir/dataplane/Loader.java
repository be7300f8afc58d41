package dev.weir.dataplane;

import dev.weir.dataplane.attach.BpfHooks;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.CpuLogs;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.KeyHash;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.object.BpfObject;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.TableSpec;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Loads the objects so that all of them use the maps of one generation. */
final class Loader {
    private static final String TC = "weir_tc.bpf.o";
    private static final String XDP = "weir_xdp.bpf.o";
    private static final String CLOCK = "weir_clock.bpf.o";
    private static final String ASK = "weir_ask.bpf.o";
    private static final String CAPTURE = "weir_capture.bpf.o";
    private static final String PROCESS = "weir_process.bpf.o";

    /** Room for one packet's way through the programs: each object has its own, nobody reads it. */
    private static final String SCRATCH = "weir_scratch";

    private final DataplaneOptions options;
    private final TableSet tables;
    private final Generation generation;
    private final Resources resources;

    Loader(
            final DataplaneOptions options,
            final TableSet tables,
            final Generation generation,
            final Resources resources) {
        this.options = options;
        this.tables = tables;
        this.generation = generation;
        this.resources = resources;
    }

    /** The TC programs, and every map that they use. */
    LoadedObject tc() {
        return load(TC);
    }

    /** The shield, null when XDP is off. */
    BpfProgram shield() {
        return options.xdpMode() == XdpMode.OFF
                ? null
                : resources.add(load(XDP).program("weir_shield"));
    }

    BpfProgram clockProgram() {
        return resources.add(load(CLOCK).program("weir_clock"));
    }

    BpfProgram askProgram() {
        return resources.add(load(ASK).program("weir_ask"));
    }

    KernelClock clock(final BpfProgram program) {
        return KernelClockSource.clock(program);
    }

    /** The pinned maps, each proven to be what the layouts know. */
    void openMaps(final Map<TableSpec, BpfMap> into) {
        for (final TableSpec spec : tables.entries().keySet()) {
            final BpfMap map = resources.add(BpfMap.pinned(generation.pin(spec)));
            tables.verify(spec, map);
            into.put(spec, map);
        }
    }

    /** The programs of one capture, which the caller closes. */
    PacketCapture capture(
            final BpfHooks hooks,
            final PacketFilter filter,
            final int ringBytes,
            final Redirection redirection) {
        try (BpfObject object = BpfObject.open(options.objects().resolve(CAPTURE))) {
            configure(object);
            object.set("weir_redirect_on", 0);
            return PacketCapture.load(
                    object, hooks, filter, tables.sizes().endpoints(), ringBytes, redirection);
        }
    }

    /** The programs at the sockets, which the caller closes. */
    KernelProcesses processes(final CpuLogs told, final BpfMap sockets) {
        try (BpfObject object = BpfObject.open(options.objects().resolve(PROCESS))) {
            configure(object);
            return new KernelProcesses(object.load(), told, sockets);
        }
    }

    private LoadedObject load(final String file) {
        try (BpfObject object = BpfObject.open(options.objects().resolve(file))) {
            configure(object);
            if (!file.equals(TC)) {
                // Only the programs that see every packet: each that tells would tell it again.
                object.setIfPresent("weir_processes_on", 0);
            }
            return resources.add(object.load());
        }
    }

    /** Maps that no table names are the object's own: sized by it, never pinned. */
    private void configure(final BpfObject object) {
        object.setIfPresent("weir_flow_buckets", tables.flowBuckets())
                .setIfPresent("weir_flow_part_shift", FlowStamps.shift(tables.flowBuckets()))
                .setIfPresent("weir_denied_buckets", tables.deniedBuckets())
                .setIfPresent("weir_connection_buckets", tables.connectionBuckets())
                .setIfPresent("weir_endpoints_max", tables.sizes().endpoints())
                .setIfPresent("weir_event_records", tables.eventRecords())
                .setIfPresent("weir_process_records", tables.processRecords())
                .setIfPresent("weir_rules_max", tables.sizes().rules())
                .setIfPresent("weir_cpus", tables.cpus())
                .setIfPresent("weir_dns_on", options.dns() ? 1 : 0)
                .setIfPresent("weir_redirect_on", options.redirect() ? 1 : 0)
                .setIfPresent("weir_processes_on", options.processes() ? 1 : 0)
                .setIfPresent("weir_hash_keys", new KeyHash(generation.seed()).keys());
        final Set<String> declared = new HashSet<>(object.mapNames());
        declared.remove(SCRATCH);
        for (final Map.Entry<TableSpec, Integer> table : tables.entries().entrySet()) {
            if (declared.contains(table.getKey().name())) {
                object.maxEntries(table.getKey().name(), table.getValue());
                object.pinPath(table.getKey().name(), generation.pin(table.getKey()));
            }
        }
    }
}
