package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.AtomicBuffer;

/**
 * {@link EndpointTable} over the memory of {@code weir_endpoints} and {@code weir_interfaces},
 * which the programs read at the same time: what makes a record valid is stored last.
 */
public final class BpfEndpointTable implements EndpointTable {
    private final AtomicBuffer endpoints;
    private final AtomicBuffer interfaces;
    private final int capacity;
    private final int bucketMask;

    /** Over mapped memory, or memory of the same form. */
    public BpfEndpointTable(final AtomicBuffer endpoints, final AtomicBuffer interfaces) {
        this.endpoints = endpoints;
        this.interfaces = interfaces;
        this.capacity = endpoints.capacity() / EndpointLayout.LENGTH;
        this.bucketMask = interfaces.capacity() / EndpointLayout.INTERFACE_BUCKET_LENGTH - 1;
        if (Integer.bitCount(bucketMask + 1) != 1) {
            throw new IllegalArgumentException(
                    "interface buckets: " + (bucketMask + 1) + " (expected: a power of two)");
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void write(final int number, final EndpointRow row) {
        final int base = base(number);
        final List<IpAddress> addresses = row.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            final int at = address(base, i);
            endpoints.putLong(at, addresses.get(i).high(), ByteOrder.BIG_ENDIAN);
            endpoints.putLong(at + Long.BYTES, addresses.get(i).low(), ByteOrder.BIG_ENDIAN);
        }
        for (int i = 0; i < 6; i++) {
            endpoints.putByte(
                    base + EndpointLayout.MAC_OFFSET + i,
                    (byte) (row.mac().value() >>> 40 - 8 * i));
        }
        endpoints.putInt(base + EndpointLayout.IDENTITY_OFFSET, row.identity());
        endpoints.putLong(base + EndpointLayout.NETNS_COOKIE_OFFSET, row.netnsCookie());
        endpoints.putByteVolatile(
                base + EndpointLayout.ADDRESS_COUNT_OFFSET, (byte) addresses.size());
        endpoints.putIntVolatile(base + EndpointLayout.IFINDEX_OFFSET, row.ifIndex());
        final int interfaceAt = find(row.ifIndex());
        if (interfaceAt >= 0 && numberAt(interfaceAt) == number) {
            putStation(interfaceAt, number, bridgeAt(interfaceAt));
        }
    }

    /** Beside the number that an interface is bound to, for the packets that ask nothing else. */
    private void putStation(final int interfaceAt, final int number, final int bridge) {
        final int mac = base(number) + EndpointLayout.MAC_OFFSET;
        interfaces.putLongVolatile(
                interfaceAt + EndpointLayout.INTERFACE_STATION_OFFSET,
                endpoints.getInt(mac) & 0xFFFF_FFFFL
                        | (endpoints.getShort(mac + Integer.BYTES) & 0xFFFFL) << 32
                        | (long) bridge << EndpointLayout.STATION_BRIDGE_SHIFT);
    }

    private int bridgeAt(final int interfaceAt) {
        return (int)
                (interfaces.getLongVolatile(interfaceAt + EndpointLayout.INTERFACE_STATION_OFFSET)
                        >>> EndpointLayout.STATION_BRIDGE_SHIFT);
    }

    private int numberAt(final int interfaceAt) {
        return (int) (interfaces.getLongVolatile(interfaceAt) >>> 32) & 0xFFFF;
    }

    @Override
    public Optional<EndpointRow> read(final int number) {
        final int base = base(number);
        final int ifIndex = endpoints.getIntVolatile(base + EndpointLayout.IFINDEX_OFFSET);
        if (ifIndex == 0) {
            return Optional.empty();
        }
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | endpoints.getByte(base + EndpointLayout.MAC_OFFSET + i) & 0xFF;
        }
        final List<IpAddress> addresses = new ArrayList<>();
        final int count = endpoints.getByte(base + EndpointLayout.ADDRESS_COUNT_OFFSET);
        for (int i = 0; i < count; i++) {
            final int at = address(base, i);
            addresses.add(
                    new IpAddress(
                            endpoints.getLong(at, ByteOrder.BIG_ENDIAN),
                            endpoints.getLong(at + Long.BYTES, ByteOrder.BIG_ENDIAN)));
        }
        return Optional.of(
                new EndpointRow(
                        ifIndex,
                        new MacAddress(mac),
                        endpoints.getInt(base + EndpointLayout.IDENTITY_OFFSET),
                        endpoints.getLong(base + EndpointLayout.NETNS_COOKIE_OFFSET),
                        addresses));
    }

    @Override
    public void policy(final int number, final int revision, final EndpointPolicy policy) {
        endpoints.putLongVolatile(word(number, revision), policy.word());
    }

    @Override
    public EndpointPolicy policy(final int number, final int revision) {
        return EndpointPolicy.ofWord(endpoints.getLongVolatile(word(number, revision)));
    }

    @Override
    public int room(final int ifIndex) {
        int room = 0;
        for (int way = 0; way < EndpointLayout.INTERFACE_WAYS; way++) {
            final int taken =
                    (int)
                            interfaces.getLongVolatile(
                                    bucket(ifIndex) + way * EndpointLayout.INTERFACE_LENGTH);
            room += taken == 0 || taken == ifIndex ? 1 : 0;
        }
        return room;
    }

    @Override
    public void bind(final int ifIndex, final int number) {
        base(number);
        final int bucket = bucket(ifIndex);
        int free = -1;
        for (int way = EndpointLayout.INTERFACE_WAYS - 1; way >= 0; way--) {
            final int at = bucket + way * EndpointLayout.INTERFACE_LENGTH;
            final int taken = (int) interfaces.getLongVolatile(at);
            if (taken == ifIndex) {
                free = at;
                break;
            }
            free = taken == 0 ? at : free;
        }
        if (free < 0) {
            throw new TableFullException(
                    "weir_interfaces, bucket of interface " + ifIndex,
                    EndpointLayout.INTERFACE_WAYS + 1,
                    EndpointLayout.INTERFACE_WAYS);
        }
        putStation(free, number, 0);
        if (bound(ifIndex) != number) {
            interfaces.putLongVolatile(free, (long) number << 32 | ifIndex & 0xFFFF_FFFFL);
        }
    }

    @Override
    public void bridge(final int ifIndex, final int bridge) {
        final int at = find(ifIndex);
        if (at >= 0) {
            putStation(at, numberAt(at), bridge);
        }
    }

    @Override
    public int bound(final int ifIndex) {
        final int at = find(ifIndex);
        return at < 0 ? 0 : numberAt(at);
    }

    @Override
    public void unbind(final int ifIndex) {
        final int at = find(ifIndex);
        if (at >= 0) {
            interfaces.putLongVolatile(at, 0);
        }
    }

    @Override
    public void clear(final int number) {
        final int base = base(number);
        endpoints.putIntVolatile(base + EndpointLayout.IFINDEX_OFFSET, 0);
        endpoints.putByteVolatile(base + EndpointLayout.ADDRESS_COUNT_OFFSET, (byte) 0);
        endpoints.setMemory(base, EndpointLayout.LENGTH, (byte) 0);
    }

    private int find(final int ifIndex) {
        final int bucket = bucket(ifIndex);
        for (int way = 0; way < EndpointLayout.INTERFACE_WAYS; way++) {
            final int at = bucket + way * EndpointLayout.INTERFACE_LENGTH;
            if ((int) interfaces.getLongVolatile(at) == ifIndex) {
                return at;
            }
        }
        return -1;
    }

    private int bucket(final int ifIndex) {
        if (ifIndex <= 0) {
            throw new IllegalArgumentException("ifIndex: " + ifIndex + " (expected: from 1)");
        }
        return (ifIndex & bucketMask) * EndpointLayout.INTERFACE_BUCKET_LENGTH;
    }

    private int word(final int number, final int revision) {
        return base(number) + EndpointLayout.POLICY_OFFSET + (revision & 1) * Long.BYTES;
    }

    private static int address(final int base, final int index) {
        return base + EndpointLayout.ADDRESSES_OFFSET + index * EndpointLayout.ADDRESS_LENGTH;
    }

    private int base(final int number) {
        if (number < 1 || number >= capacity) {
            throw new IllegalArgumentException(
                    "endpoint: " + number + " (expected: 1-" + (capacity - 1) + ")");
        }
        return number * EndpointLayout.LENGTH;
    }
}
