package dev.weir.controller.identity;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.Map;
import java.util.Optional;

/**
 * Longest prefix match over a fixed set of prefixes of both families, as the kernel's LPM tries do
 * it: one look-up for each length in use.
 *
 * @param <V> what a prefix stands for
 */
public final class PrefixIndex<V> {
    private final ArrayMap<IpPrefix, V> values;
    private final boolean[] lengthsV4 = new boolean[33];
    private final boolean[] lengthsV6 = new boolean[129];

    public PrefixIndex(final Map<IpPrefix, V> values) {
        this.values = ArrayMap.copyOf(values);
        for (int i = 0; i < this.values.size(); i++) {
            final IpPrefix prefix = this.values.keyAt(i);
            lengths(prefix.address())[prefix.length()] = true;
        }
    }

    private boolean[] lengths(final IpAddress address) {
        return address.isIpv4() ? lengthsV4 : lengthsV6;
    }

    /** Value of the longest prefix that holds {@code address}. */
    public Optional<V> longest(final IpAddress address) {
        return search(address, lengths(address).length - 1);
    }

    /** Value of the longest prefix that holds all of {@code prefix} and is wider. */
    public Optional<V> wider(final IpPrefix prefix) {
        return search(prefix.address(), prefix.length() - 1);
    }

    private Optional<V> search(final IpAddress address, final int longest) {
        final boolean[] lengths = lengths(address);
        for (int length = longest; length >= 0; length--) {
            if (lengths[length]) {
                final V value = values.get(new IpPrefix(address, length));
                if (value != null) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }
}
