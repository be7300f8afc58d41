package dev.weir.dataplane.layout;

/**
 * A CIDR. IPv4 lengths are 0-32, IPv6 0-128; the bits after the length are zero.
 *
 * @param address first address of the range
 * @param length in bits of the family
 */
public record IpPrefix(IpAddress address, int length) implements Comparable<IpPrefix> {
    public IpPrefix {
        final int max = address.isIpv4() ? 32 : 128;
        if (length < 0 || length > max) {
            throw new IllegalArgumentException(
                    "prefix length: " + length + " (expected: 0-" + max + ")");
        }
        address = mask(address, length);
    }

    /**
     * Parses {@code address/length}; host bits are masked away, as Kubernetes does.
     *
     * @throws IllegalArgumentException if {@code text} is no CIDR
     */
    public static IpPrefix parse(final String text) {
        final int slash = text.indexOf('/');
        final String digits = slash < 0 ? "" : text.substring(slash + 1);
        if (digits.isEmpty()
                || digits.length() > 3
                || !digits.chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException("cidr: " + text + " (expected: address/length)");
        }
        return new IpPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(digits));
    }

    /** The prefix that holds just this address. */
    public static IpPrefix host(final IpAddress address) {
        return new IpPrefix(address, address.isIpv4() ? 32 : 128);
    }

    public boolean isIpv4() {
        return address.isIpv4();
    }

    public boolean contains(final IpAddress other) {
        return other.isIpv4() == isIpv4() && mask(other, length).equals(address);
    }

    /** True when every address of {@code other} is in this prefix. */
    public boolean covers(final IpPrefix other) {
        return other.length >= length && contains(other.address);
    }

    private static IpAddress mask(final IpAddress address, final int length) {
        final int bits = address.isIpv4() ? length + 96 : length;
        final long high = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << 64 - bits;
        final long low = bits <= 64 ? 0 : bits == 128 ? -1L : -1L << 128 - bits;
        return new IpAddress(address.high() & high, address.low() & low);
    }

    @Override
    public int compareTo(final IpPrefix other) {
        final int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
