package dev.weir.dataplane.capture;

import static java.util.Objects.requireNonNull;

import dev.weir.dataplane.layout.CaptureLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which packets are copied, decided in the kernel. Addresses of one side are alternatives, of two
 * sides both must hold, a negated one must not; the same for ports, which only TCP, UDP and SCTP
 * have.
 *
 * @param protocols IANA numbers that are wanted; 0 stands for ARP and what else is not IP
 * @param reasons of the verdicts that are wanted
 * @param directions as the container sees them
 * @param snap bytes of each packet, 1-65536
 * @param addresses at most {@link CaptureLayout#TERMS}; none: any
 * @param ports at most {@link CaptureLayout#TERMS}; none: any
 */
public record PacketFilter(
        BitSet protocols,
        Set<Reason> reasons,
        Set<Direction> directions,
        int snap,
        List<Address> addresses,
        List<Ports> ports) {
    /** Of the packet: whose address or port is looked at; in the order of the kernel's numbers. */
    public enum Side {
        EITHER,
        FROM,
        TO
    }

    /** An address range on one side, or not. */
    public record Address(IpPrefix prefix, Side side, boolean negated) {}

    /** Ports from {@code low} to {@code high}, both included, on one side, or not. */
    public record Ports(int low, int high, Side side, boolean negated) {}

    public PacketFilter {
        requireNonNull(protocols, "protocols");
        if (snap < 1 || snap > CaptureLayout.LONGEST) {
            throw new IllegalArgumentException(
                    "snap: " + snap + " (expected: 1-" + CaptureLayout.LONGEST + ")");
        }
        atMostTerms("addresses", addresses);
        atMostTerms("ports", ports);
        reasons = Set.copyOf(reasons);
        directions = Set.copyOf(directions);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    private static void atMostTerms(final String name, final List<?> terms) {
        if (terms.size() > CaptureLayout.TERMS) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + terms.size()
                            + " (expected: at most "
                            + CaptureLayout.TERMS
                            + ")");
        }
    }

    /** Every packet, the first {@code snap} bytes of it. */
    public static PacketFilter all(final int snap) {
        final BitSet protocols = new BitSet(256);
        protocols.set(0, 256);
        return new PacketFilter(
                protocols,
                EnumSet.allOf(Reason.class),
                EnumSet.allOf(Direction.class),
                snap,
                List.of(),
                List.of());
    }

    /** As {@code struct weir_capture_filter}. */
    byte[] bytes() {
        final ByteBuffer bytes =
                ByteBuffer.allocate(CaptureLayout.FILTER_LENGTH).order(ByteOrder.nativeOrder());
        final long[] words = protocols.toLongArray();
        for (int i = 0; i < words.length; i++) {
            bytes.putLong(CaptureLayout.PROTOCOLS_OFFSET + i * Long.BYTES, words[i]);
        }
        bytes.putInt(CaptureLayout.REASONS_OFFSET, bits(reasons));
        bytes.putInt(CaptureLayout.DIRECTIONS_OFFSET, bits(directions));
        bytes.putInt(CaptureLayout.SNAP_OFFSET, snap);
        for (int i = 0; i < addresses.size(); i++) {
            put(
                    bytes,
                    CaptureLayout.ADDRESSES_OFFSET + i * CaptureLayout.ADDRESS_LENGTH,
                    addresses.get(i));
        }
        for (int i = 0; i < ports.size(); i++) {
            put(bytes, CaptureLayout.PORTS_OFFSET + i * CaptureLayout.PORTS_LENGTH, ports.get(i));
        }
        return bytes.array();
    }

    private static int bits(final Set<? extends Enum<?>> wanted) {
        int bits = 0;
        for (final Enum<?> one : wanted) {
            bits |= 1 << one.ordinal();
        }
        return bits;
    }

    private static void put(final ByteBuffer bytes, final int at, final Address wanted) {
        final IpPrefix prefix = wanted.prefix();
        final int length = prefix.isIpv4() ? prefix.length() + 96 : prefix.length();
        final byte[] address = prefix.address().mapped();
        for (int i = 0; i < address.length; i++) {
            final int bits = Math.max(0, Math.min(8, length - 8 * i));
            bytes.put(at + CaptureLayout.ADDRESS_OFFSET + i, address[i]);
            bytes.put(at + CaptureLayout.ADDRESS_MASK_OFFSET + i, (byte) (0xFF00 >> bits));
        }
        bytes.put(at + CaptureLayout.ADDRESS_USED_OFFSET, (byte) 1);
        bytes.put(at + CaptureLayout.ADDRESS_SIDE_OFFSET, (byte) wanted.side().ordinal());
        bytes.put(at + CaptureLayout.ADDRESS_NEGATED_OFFSET, flag(wanted.negated()));
        bytes.put(at + CaptureLayout.ADDRESS_IPV4_OFFSET, flag(prefix.isIpv4()));
    }

    private static void put(final ByteBuffer bytes, final int at, final Ports wanted) {
        bytes.putShort(at + CaptureLayout.PORTS_LOW_OFFSET, (short) wanted.low());
        bytes.putShort(at + CaptureLayout.PORTS_HIGH_OFFSET, (short) wanted.high());
        bytes.put(at + CaptureLayout.PORTS_USED_OFFSET, (byte) 1);
        bytes.put(at + CaptureLayout.PORTS_SIDE_OFFSET, (byte) wanted.side().ordinal());
        bytes.put(at + CaptureLayout.PORTS_NEGATED_OFFSET, flag(wanted.negated()));
    }

    private static byte flag(final boolean on) {
        return (byte) (on ? 1 : 0);
    }
}
