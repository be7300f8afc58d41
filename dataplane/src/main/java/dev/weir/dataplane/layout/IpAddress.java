package dev.weir.dataplane.layout;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An address as the datapath keeps it: 16 bytes in network order, IPv4 mapped to ::ffff:a.b.c.d
 * (RFC 4291 2.5.5.2).
 *
 * @param high the first eight bytes as a big-endian number
 * @param low the last eight bytes as a big-endian number
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    private static final long MAPPED = 0x0000_FFFF_0000_0000L;

    /**
     * Parses a literal; never asks DNS.
     *
     * @throws IllegalArgumentException if {@code text} is no IPv4 or IPv6 literal
     */
    public static IpAddress parse(final String text) {
        if (!text.isEmpty()
                && (text.indexOf(':') >= 0 || Character.isDigit(text.charAt(text.length() - 1)))
                && text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)
                && (text.indexOf(':') >= 0 || isDottedQuad(text))) {
            try {
                return of(InetAddress.getByName(text));
            } catch (final UnknownHostException e) {
                throw new IllegalArgumentException(
                        "address: " + text + " (expected: an IPv4 or IPv6 address)", e);
            }
        }
        throw new IllegalArgumentException(
                "address: " + text + " (expected: an IPv4 or IPv6 address)");
    }

    private static boolean isDottedQuad(final String text) {
        final String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (final String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || part.length() > 1 && part.charAt(0) == '0'
                    || Integer.parseInt(part, 10) > 255) {
                return false;
            }
        }
        return true;
    }

    public static IpAddress of(final InetAddress address) {
        return of(address.getAddress());
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress of(final byte[] bytes) {
        if (bytes.length == 4) {
            long v4 = 0;
            for (final byte b : bytes) {
                v4 = v4 << 8 | b & 0xFF;
            }
            return ofIpv4((int) v4);
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("bytes: " + bytes.length + " (expected: 4 or 16)");
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | bytes[i] & 0xFF;
            low = low << 8 | bytes[i + 8] & 0xFF;
        }
        return new IpAddress(high, low);
    }

    /** From an IPv4 address as a big-endian number. */
    public static IpAddress ofIpv4(final int address) {
        return new IpAddress(0, MAPPED | address & 0xFFFF_FFFFL);
    }

    public boolean isIpv4() {
        return high == 0 && (low & 0xFFFF_FFFF_0000_0000L) == MAPPED;
    }

    /** 4 or 6. */
    public int version() {
        return isIpv4() ? 4 : 6;
    }

    /** The 16 bytes, IPv4 mapped. */
    public byte[] mapped() {
        final byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> 56 - 8 * i);
            bytes[i + 8] = (byte) (low >>> 56 - 8 * i);
        }
        return bytes;
    }

    @Override
    public int compareTo(final IpAddress other) {
        final int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Dotted quad, or IPv6 as RFC 5952 wants it. */
    @Override
    public String toString() {
        if (isIpv4()) {
            return (low >>> 24 & 0xFF)
                    + "."
                    + (low >>> 16 & 0xFF)
                    + "."
                    + (low >>> 8 & 0xFF)
                    + "."
                    + (low & 0xFF);
        }
        final int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> 48 - 16 * i) & 0xFFFF;
            groups[i + 4] = (int) (low >>> 48 - 16 * i) & 0xFFFF;
        }
        return rfc5952(groups);
    }

    private static String rfc5952(final int[] groups) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
        }
        final StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
