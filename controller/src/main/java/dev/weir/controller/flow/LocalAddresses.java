package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Collection;
import java.util.List;

/** Which attached endpoint owns an address; asked for each new flow, so it allocates nothing. */
final class LocalAddresses {
    private static final int AMBIGUOUS = -1;
    private final long[] high;
    private final long[] low;
    private final int[] serials;

    private LocalAddresses(final int addresses) {
        final int capacity = Math.max(4, Integer.highestOneBit(Math.max(1, addresses)) << 2);
        high = new long[capacity];
        low = new long[capacity];
        serials = new int[capacity];
    }

    static LocalAddresses of(final Collection<EndpointLife> lives) {
        int count = 0;
        for (final EndpointLife life : lives) {
            count += owned(life).size();
        }
        final LocalAddresses addresses = new LocalAddresses(count);
        for (final EndpointLife life : lives) {
            for (final IpAddress address : owned(life)) {
                addresses.add(address, life.serial);
            }
        }
        return addresses;
    }

    private static List<IpAddress> owned(final EndpointLife life) {
        final Endpoint endpoint = life.endpoint();
        return life.attached && endpoint != null ? endpoint.addresses() : List.of();
    }

    private void add(final IpAddress address, final int serial) {
        final int at = place(address.high(), address.low());
        if (serials[at] != 0 && serials[at] != serial) {
            serials[at] = AMBIGUOUS;
            return;
        }
        high[at] = address.high();
        low[at] = address.low();
        serials[at] = serial;
    }

    /** Serial of the one life that owns the address; 0 if none or several do. */
    int owner(final long addressHigh, final long addressLow) {
        final int serial = serials[place(addressHigh, addressLow)];
        return serial == AMBIGUOUS ? 0 : serial;
    }

    private int place(final long addressHigh, final long addressLow) {
        final int mask = serials.length - 1;
        long hash = (addressHigh * 31 + addressLow) * 0x9E37_79B9_7F4A_7C15L;
        hash ^= hash >>> 32;
        int at = (int) hash & mask;
        while (serials[at] != 0 && (high[at] != addressHigh || low[at] != addressLow)) {
            at = at + 1 & mask;
        }
        return at;
    }
}
