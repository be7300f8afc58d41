package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link CidrTable} over {@code weir_cidrs_v4} and {@code weir_cidrs_v6}: one call an entry. */
public final class BpfCidrTable implements CidrTable {
    private final UnsafeBuffer key =
            new UnsafeBuffer(DirectMemory.allocate(RowLayout.CIDR_V6_LENGTH));
    private final UnsafeBuffer next =
            new UnsafeBuffer(DirectMemory.allocate(RowLayout.CIDR_V6_LENGTH));
    private final UnsafeBuffer value =
            new UnsafeBuffer(DirectMemory.allocate(RowLayout.PEER_LENGTH));
    private final BpfMap v4;
    private final BpfMap v6;
    private final Set<IpPrefix> present = new HashSet<>();
    private int presentV4;

    /** Over maps that the caller closes. */
    public BpfCidrTable(final BpfMap v4, final BpfMap v6) {
        this.v4 = v4.expect(MapType.LPM_TRIE, RowLayout.CIDR_V4_LENGTH, RowLayout.PEER_LENGTH);
        this.v6 = v6.expect(MapType.LPM_TRIE, RowLayout.CIDR_V6_LENGTH, RowLayout.PEER_LENGTH);
        readAll().keySet().forEach(this::remember);
    }

    @Override
    public int capacity() {
        return v4.info().maxEntries();
    }

    @Override
    public int size() {
        return present.size();
    }

    @Override
    public int size(final boolean ipv4) {
        return ipv4 ? presentV4 : present.size() - presentV4;
    }

    @Override
    public void putAll(final Map<IpPrefix, PeerRow> rows) {
        final List<IpPrefix> added = new ArrayList<>();
        int addedV4 = 0;
        for (final IpPrefix prefix : rows.keySet()) {
            if (!present.contains(prefix)) {
                added.add(prefix);
                addedV4 += prefix.isIpv4() ? 1 : 0;
            }
        }
        checkRoom(v4, size(true) + addedV4);
        checkRoom(v6, size(false) + added.size() - addedV4);
        final int result = write(rows);
        added.forEach(this::remember);
        if (result < 0) {
            removeAll(added);
            throw new BpfException("update map " + v4.name() + " or " + v6.name(), -result);
        }
    }

    private int write(final Map<IpPrefix, PeerRow> rows) {
        for (final Map.Entry<IpPrefix, PeerRow> row : rows.entrySet()) {
            putKey(row.getKey());
            PeerCodec.put(value, 0, row.getValue());
            final int result = map(row.getKey()).tryUpdate(key, value, BpfMap.ANY);
            if (result < 0) {
                return result;
            }
        }
        return 0;
    }

    private static void checkRoom(final BpfMap map, final long needed) {
        if (needed > map.info().maxEntries()) {
            throw new TableFullException(map.name(), needed, map.info().maxEntries());
        }
    }

    @Override
    public void removeAll(final Iterable<IpPrefix> prefixes) {
        for (final IpPrefix prefix : prefixes) {
            if (present.remove(prefix)) {
                presentV4 -= prefix.isIpv4() ? 1 : 0;
                putKey(prefix);
                map(prefix).delete(key);
            }
        }
    }

    @Override
    public Map<IpPrefix, PeerRow> readAll() {
        final Map<IpPrefix, PeerRow> rows = new HashMap<>();
        read(v4, rows);
        read(v6, rows);
        return rows;
    }

    private void read(final BpfMap map, final Map<IpPrefix, PeerRow> rows) {
        boolean more = map.nextKey(null, key);
        while (more) {
            if (map.lookup(key, value)) {
                rows.put(prefix(map == v4), PeerCodec.get(value, 0));
            }
            more = map.nextKey(key, next);
            key.putBytes(0, next, 0, RowLayout.CIDR_V6_LENGTH);
        }
    }

    private void remember(final IpPrefix prefix) {
        if (present.add(prefix)) {
            presentV4 += prefix.isIpv4() ? 1 : 0;
        }
    }

    private BpfMap map(final IpPrefix prefix) {
        return prefix.isIpv4() ? v4 : v6;
    }

    private void putKey(final IpPrefix prefix) {
        final IpAddress address = prefix.address();
        key.putInt(0, prefix.length());
        if (prefix.isIpv4()) {
            key.putInt(RowLayout.CIDR_ADDRESS_OFFSET, (int) address.low(), ByteOrder.BIG_ENDIAN);
        } else {
            key.putLong(RowLayout.CIDR_ADDRESS_OFFSET, address.high(), ByteOrder.BIG_ENDIAN);
            key.putLong(
                    RowLayout.CIDR_ADDRESS_OFFSET + Long.BYTES,
                    address.low(),
                    ByteOrder.BIG_ENDIAN);
        }
    }

    private IpPrefix prefix(final boolean ipv4) {
        final int at = RowLayout.CIDR_ADDRESS_OFFSET;
        final IpAddress address =
                ipv4
                        ? IpAddress.ofIpv4(key.getInt(at, ByteOrder.BIG_ENDIAN))
                        : new IpAddress(
                                key.getLong(at, ByteOrder.BIG_ENDIAN),
                                key.getLong(at + Long.BYTES, ByteOrder.BIG_ENDIAN));
        return new IpPrefix(address, key.getInt(0));
    }
}
