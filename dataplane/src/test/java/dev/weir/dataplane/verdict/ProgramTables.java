package dev.weir.dataplane.verdict;

import dev.weir.dataplane.event.CpuLogs;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.event.EvictionLogs;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.EventLayout;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.LogLayout;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.table.BpfConnectionTable;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import dev.weir.dataplane.table.RuleCounters;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The tables of loaded programs, written byte by byte as abi.h says and not through the product's
 * own tables: a test of the programs must not share their mistakes.
 */
public final class ProgramTables implements AutoCloseable {
    /** Offsets in {@code struct weir_connection}. */
    public static final int CONNECTION_CREATED = 56;

    public static final int CONNECTION_STATE = 63;
    static final int CONNECTION_LENGTH = 88;

    private static final int ENDPOINT_LENGTH = 192;
    private static final int PEER_LENGTH = 16;
    private static final int INTERFACE_BUCKETS = 4_096;
    private static final int INTERFACE_BUCKET_LENGTH = 64;

    /** Of {@code weir_hash_keys}. */
    static final long SEED = 0x9E3779B97F4A7C15L;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<BpfMap> hashes;
    private final BpfMap scratch;
    private final int cpus;
    private final List<UnsafeBuffer> memory = new ArrayList<>();
    private final UnsafeBuffer control;
    private final UnsafeBuffer interfaces;
    private final UnsafeBuffer endpoints;
    private final ProgramConnections connections;
    private final BpfConnectionTable adopted;
    private final BpfMap peers;
    private final BpfMap cidrsV4;
    private final BpfMap cidrsV6;
    private final BpfMap policy;
    private final EvictionLogs events;
    private final FlowRegions flows;
    private final DeniedRegions denied;
    private final CounterTable counters;
    private final RuleCounters rules;

    /** The bucket of the interface that is bound. */
    private int bound;

    ProgramTables(final LoadedObject object, final ProgramSizes sizes, final int cpus) {
        this.cpus = cpus;
        scratch = map(object, "weir_scratch");
        control = memory(object, "weir_control").view(0, 4L * ControlWord.values().length);
        interfaces =
                memory(object, "weir_interfaces")
                        .view(0, (long) INTERFACE_BUCKETS * INTERFACE_BUCKET_LENGTH);
        endpoints =
                memory(object, "weir_endpoints")
                        .view(0, (long) sizes.endpoints() * ENDPOINT_LENGTH);
        flows =
                new FlowRegions(
                        memory(object, "weir_flows")
                                .parts(cpus, (long) sizes.flows() * FlowEntry.ENTRY_LENGTH),
                        memory(object, "weir_flow_details")
                                .parts(cpus, (long) sizes.flows() * FlowEntry.DETAIL_LENGTH),
                        memory(object, "weir_flow_stamps").view(0, cpus * FlowStamps.LENGTH),
                        sizes.flows());
        denied =
                new DeniedRegions(
                        memory(object, "weir_denied")
                                .parts(cpus, (long) sizes.denied() * DeniedEntry.LENGTH),
                        sizes.denied());
        counters =
                new CounterTable(
                        memory(object, "weir_counters")
                                .parts(cpus, (long) sizes.endpoints() * EndpointCounters.LENGTH),
                        sizes.endpoints());
        rules =
                new RuleCounters(
                        memory(object, "weir_rules").parts(cpus, (long) sizes.rules() * 16),
                        sizes.rules());
        final BpfMap conntrack = object.map("weir_conntrack");
        open.add(conntrack);
        adopted = new BpfConnectionTable(conntrack, SEED);
        connections =
                new ProgramConnections(
                        memory(object, "weir_conntrack")
                                .view(0, (long) sizes.conntrack() / 16 * 1536));
        peers = map(object, "weir_peers");
        cidrsV4 = map(object, "weir_cidrs_v4");
        cidrsV6 = map(object, "weir_cidrs_v6");
        policy = map(object, "weir_policy");
        events =
                new EvictionLogs(
                        new CpuLogs(
                                memory(object, "weir_event_logs")
                                        .view(0, (long) cpus * LogLayout.LENGTH),
                                memory(object, "weir_events")
                                        .view(
                                                0,
                                                (long) cpus
                                                        * sizes.eventRecords()
                                                        * EventLayout.LENGTH),
                                cpus,
                                sizes.eventRecords(),
                                EventLayout.LENGTH));
        hashes = List.of(map(object, "weir_fragments"), peers, cidrsV4, cidrsV6, policy);
    }

    /** Empties all of them. */
    void clear() {
        memory.forEach(view -> view.setMemory(0, view.capacity(), (byte) 0));
        for (final BpfMap map : hashes) {
            final UnsafeBuffer key = buffer(map.info().keySize());
            while (map.nextKey(null, key)) {
                map.delete(key);
            }
        }
        /* Each test has its own tables, and all have the same revision: nothing is remembered. */
        scratch.update(buffer(Integer.BYTES), buffer(cpus * (scratch.info().valueSize() + 7 & ~7)));
        events.poll((type, cpu, slot, bytes, offset) -> {}, Integer.MAX_VALUE);
    }

    public FlowRegions flows() {
        return flows;
    }

    public DeniedRegions denied() {
        return denied;
    }

    public CounterTable counters() {
        return counters;
    }

    public RuleCounters rules() {
        return rules;
    }

    public EventSource events() {
        return events;
    }

    /** A word of {@code struct weir_control}. */
    public void control(final ControlWord word, final int value) {
        control.putIntVolatile(4 * word.ordinal(), value);
    }

    public int control(final ControlWord word) {
        return control.getIntVolatile(4 * word.ordinal());
    }

    /** Interface 0 unbinds. One interface at a time. */
    public void bind(final int ifIndex, final int endpoint) {
        interfaces.setMemory(bound, INTERFACE_BUCKET_LENGTH, (byte) 0);
        bound = (ifIndex & INTERFACE_BUCKETS - 1) * INTERFACE_BUCKET_LENGTH;
        interfaces.putInt(bound, ifIndex);
        interfaces.putInt(bound + 4, endpoint);
        macOfBound();
    }

    private void macOfBound() {
        final int mac = interfaces.getInt(bound + 4) * ENDPOINT_LENGTH + 20;
        interfaces.putInt(bound + 8, endpoints.getInt(mac));
        interfaces.putInt(bound + 12, endpoints.getShort(mac + 4) & 0xFFFF);
    }

    /** All of {@code struct weir_endpoint} but the policy words. */
    public void endpoint(final int number, final MacAddress mac, final IpAddress... addresses) {
        final int base = number * ENDPOINT_LENGTH;
        endpoints.setMemory(base + 16, ENDPOINT_LENGTH - 16, (byte) 0);
        for (int i = 0; i < 6; i++) {
            endpoints.putByte(base + 20 + i, (byte) (mac.value() >>> 40 - 8 * i));
        }
        endpoints.putByte(base + 26, (byte) addresses.length);
        for (int i = 0; i < addresses.length; i++) {
            endpoints.putBytes(base + 40 + 16 * i, addresses[i].mapped());
        }
        macOfBound();
    }

    /** The policy word of revisions with the parity of {@code revision}. */
    public void policyWord(final int number, final int revision, final long word) {
        endpoints.putLongVolatile(number * ENDPOINT_LENGTH + 8 * (revision & 1), word);
    }

    public void peer(
            final IpAddress address, final int identity, final int previous, final int since) {
        final UnsafeBuffer key = buffer(16);
        key.putBytes(0, address.mapped());
        peers.update(key, peerRow(identity, previous, since));
    }

    public void cidr(
            final IpPrefix prefix, final int identity, final int previous, final int since) {
        final boolean v4 = prefix.isIpv4();
        final UnsafeBuffer key = buffer(v4 ? 8 : 20);
        key.putInt(0, prefix.length());
        key.putBytes(4, prefix.address().mapped(), v4 ? 12 : 0, v4 ? 4 : 16);
        (v4 ? cidrsV4 : cidrsV6).update(key, peerRow(identity, previous, since));
    }

    private static UnsafeBuffer peerRow(final int identity, final int previous, final int since) {
        final UnsafeBuffer row = buffer(PEER_LENGTH);
        row.putInt(0, identity);
        row.putInt(4, previous);
        row.putInt(8, since);
        return row;
    }

    public void row(final PolicyKey key, final PolicyRow row) {
        final UnsafeBuffer value = buffer(24);
        value.putInt(0, row.rule());
        value.putInt(4, row.precedence());
        value.putInt(8, row.auditRule());
        value.putInt(12, row.auditPrecedence());
        value.putInt(16, row.prefixLengths());
        value.putByte(20, (byte) row.verdict().ordinal());
        value.putByte(21, (byte) row.auditVerdict().ordinal());
        value.putByte(22, (byte) (row.last() ? 1 : 0));
        policy.update(policyKey(key), value);
    }

    private static UnsafeBuffer policyKey(final PolicyKey key) {
        final UnsafeBuffer bytes = buffer(16);
        bytes.putInt(0, key.policy());
        bytes.putInt(4, key.identity());
        bytes.putByte(8, (byte) key.direction().ordinal());
        bytes.putByte(9, (byte) key.protocol());
        bytes.putByte(10, (byte) key.prefixLength());
        bytes.putShort(12, (short) key.port(), ByteOrder.BIG_ENDIAN);
        return bytes;
    }

    /** The bytes of {@code struct weir_connection}, in place. */
    public Optional<UnsafeBuffer> connection(final FlowKey key) {
        return connections.find(key);
    }

    /** When the connection is forgotten, in jiffies. */
    public int expires(final FlowKey key) {
        return connections.expires(key);
    }

    /** Makes the connection older. */
    public void age(final FlowKey key, final int jiffies) {
        connections.age(key, jiffies);
    }

    /** Makes conntrack forget, as if its bucket had been full. */
    public boolean forget(final FlowKey key) {
        return connections.forget(key);
    }

    /** An established TCP connection as the agent enters it at attach. */
    public void adopt(
            final FlowKey key, final Direction opener, final int policyNumber, final int now) {
        adopted.insert(
                key,
                Connection.adopted(
                        control(ControlWord.REVISION),
                        policyNumber,
                        0,
                        now,
                        now + 1_000_000,
                        opener,
                        TcpState.ESTABLISHED),
                now);
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
    }

    private static UnsafeBuffer buffer(final int length) {
        return new UnsafeBuffer(DirectMemory.allocate(length));
    }

    private BpfMap map(final LoadedObject object, final String name) {
        final BpfMap map = object.map(name);
        open.add(map);
        return map;
    }

    private MappedMemory memory(final LoadedObject object, final String name) {
        final BpfMap map = map(object, name);
        final MappedMemory mapped = MappedMemory.ofArray(map);
        open.add(mapped);
        memory.add(mapped.view(0, (long) map.info().valueSize() * map.info().maxEntries()));
        return mapped;
    }

    /** The words of {@code struct weir_control}, in order. */
    public enum ControlWord {
        ABI_VERSION,
        REVISION,
        FLAGS,
        REFRESH,
        TIMEOUT_TCP_SYN,
        TIMEOUT_TCP_ESTABLISHED,
        TIMEOUT_TCP_CLOSING,
        TIMEOUT_UDP,
        TIMEOUT_UDP_REPLIED,
        TIMEOUT_ICMP,
        TIMEOUT_OTHER,
        UNTIMED,
        SECOND,
        FLOWS_KNOWN
    }
}
