package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.EventLayout;
import dev.weir.dataplane.layout.FdbLayout;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.LogLayout;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapInfo;
import dev.weir.dataplane.map.MapType;

/**
 * What a map of {@code maps.h} must be: the third proof of the layouts, at open, and the test
 * whether a pinned map can be used again.
 *
 * @param name in {@code maps.h}
 * @param type of map
 * @param keySize in bytes
 * @param valueSize in bytes
 * @param flags BPF_F_*
 */
public record TableSpec(String name, MapType type, int keySize, int valueSize, int flags) {
    /** {@code WEIR_FLOW_WAYS} and {@code WEIR_DENIED_WAYS}. */
    public static final int WAYS = 4;

    public static final TableSpec CONTROL = shared("weir_control", ControlLayout.LENGTH);
    public static final TableSpec INTERFACES =
            shared(
                    "weir_interfaces",
                    EndpointLayout.INTERFACE_BUCKETS * EndpointLayout.INTERFACE_BUCKET_LENGTH);
    public static final TableSpec FDB =
            shared("weir_fdb", FdbLayout.BUCKETS * FdbLayout.BUCKET_LENGTH);
    public static final TableSpec ENDPOINTS = shared("weir_endpoints", EndpointLayout.LENGTH);
    public static final TableSpec FLOWS = shared("weir_flows", WAYS * FlowEntry.ENTRY_LENGTH);
    public static final TableSpec FLOW_DETAILS =
            shared("weir_flow_details", FlowEntry.DETAIL_LENGTH);
    public static final TableSpec FLOW_STAMPS = shared("weir_flow_stamps", FlowStamps.LENGTH);
    public static final TableSpec DENIED = shared("weir_denied", WAYS * DeniedEntry.LENGTH);
    public static final TableSpec COUNTERS = shared("weir_counters", EndpointCounters.LENGTH);
    public static final TableSpec RULES = shared("weir_rules", RuleCounters.LENGTH);
    public static final TableSpec CONNTRACK =
            shared("weir_conntrack", ConnectionLayout.BUCKET_LENGTH);
    public static final TableSpec FRAGMENTS =
            new TableSpec("weir_fragments", MapType.LRU_HASH, 40, 12, 0);
    public static final TableSpec PEERS =
            new TableSpec(
                    "weir_peers",
                    MapType.HASH,
                    RowLayout.ADDRESS_LENGTH,
                    RowLayout.PEER_LENGTH,
                    MapInfo.NO_PREALLOC);
    public static final TableSpec CIDRS_V4 = cidrs("weir_cidrs_v4", RowLayout.CIDR_V4_LENGTH);
    public static final TableSpec CIDRS_V6 = cidrs("weir_cidrs_v6", RowLayout.CIDR_V6_LENGTH);
    public static final TableSpec POLICY =
            new TableSpec(
                    "weir_policy",
                    MapType.HASH,
                    RowLayout.KEY_LENGTH,
                    RowLayout.ROW_LENGTH,
                    MapInfo.NO_PREALLOC);
    public static final TableSpec EVENT_LOGS = shared("weir_event_logs", LogLayout.LENGTH);
    public static final TableSpec EVENTS = shared("weir_events", EventLayout.LENGTH);
    public static final TableSpec DNS = new TableSpec("weir_dns", MapType.RINGBUF, 0, 0, 0);
    public static final TableSpec PROCESS_LOGS = shared("weir_process_logs", LogLayout.LENGTH);
    public static final TableSpec PROCESSES = shared("weir_processes", ProcessLayout.EVENT_LENGTH);
    public static final TableSpec PROCESS_SLOTS =
            new TableSpec(
                    "weir_process_slots",
                    MapType.ARRAY,
                    Integer.BYTES,
                    ProcessLayout.SLOT_LENGTH,
                    0);

    /** With the sockets themselves: it has no size of its own. */
    public static final TableSpec PROCESS_SOCKETS =
            new TableSpec(
                    "weir_process_sockets",
                    MapType.SK_STORAGE,
                    Integer.BYTES,
                    ProcessLayout.PROCESS_LENGTH,
                    MapInfo.NO_PREALLOC);

    private static TableSpec shared(final String name, final int valueSize) {
        return new TableSpec(name, MapType.ARRAY, Integer.BYTES, valueSize, MapInfo.MMAPABLE);
    }

    private static TableSpec cidrs(final String name, final int keySize) {
        return new TableSpec(
                name, MapType.LPM_TRIE, keySize, RowLayout.PEER_LENGTH, MapInfo.NO_PREALLOC);
    }

    /** True when the map is this one with that many entries. */
    public boolean matches(final BpfMap map, final int entries) {
        return map.info()
                .sameGeometry(new MapInfo(type.number(), 0, keySize, valueSize, entries, flags));
    }

    /** A map of this form that nobody pins: for tests. */
    public BpfMap create(final int entries) {
        return BpfMap.create(name, type, keySize, valueSize, entries, flags);
    }
}
