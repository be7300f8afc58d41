package dev.weir.dataplane.layout;

import java.nio.ByteOrder;
import org.agrona.concurrent.AtomicBuffer;

/** Writes a flow's entry and detail as the programs do, into memory of a test. */
public final class FlowWriter {
    private final AtomicBuffer entries;
    private final AtomicBuffer details;
    private final int entry;
    private final int detail;

    /** The writer of one slot. */
    public FlowWriter(final AtomicBuffer entries, final AtomicBuffer details, final int slot) {
        this.entries = entries;
        this.details = details;
        this.entry = slot * FlowEntry.ENTRY_LENGTH;
        this.detail = slot * FlowEntry.DETAIL_LENGTH - FlowEntry.ENTRY_LENGTH;
    }

    /** All of the key; IPv6 where not both addresses are mapped ones. */
    public FlowWriter key(final FlowKey key) {
        address(FlowEntry.LOCAL_OFFSET, key.local());
        address(FlowEntry.REMOTE_OFFSET, key.remote());
        final boolean v4 = key.local().isIpv4() && key.remote().isIpv4();
        entries.putLong(
                entry + FlowEntry.ADDRESSES_OFFSET,
                v4
                        ? Integer.toUnsignedLong(Integer.reverseBytes((int) key.local().low()))
                                | (long) Integer.reverseBytes((int) key.remote().low()) << 32
                        : key.hashCode());
        port(FlowEntry.LOCAL_PORT_OFFSET, key.localPort());
        port(FlowEntry.REMOTE_PORT_OFFSET, key.remotePort());
        entries.putShort(
                entry + FlowEntry.ENDPOINT_OFFSET,
                (short) (key.endpoint() | (v4 ? 0 : FlowEntry.IPV6)));
        entries.putByte(entry + FlowEntry.PROTOCOL_OFFSET, (byte) key.protocol());
        return this;
    }

    private void address(final int offset, final IpAddress address) {
        details.putLong(detail + offset, address.high(), ByteOrder.BIG_ENDIAN);
        details.putLong(detail + offset + Long.BYTES, address.low(), ByteOrder.BIG_ENDIAN);
    }

    private void port(final int offset, final int port) {
        entries.putShort(entry + offset, (short) port, ByteOrder.BIG_ENDIAN);
    }

    /** 0 in all words of the entry and the detail but that of the epoch. */
    public FlowWriter clear() {
        for (int i = 0; i < FlowEntry.LENGTH; i += Long.BYTES) {
            if (i != FlowEntry.EPOCH_OFFSET) {
                of(i).putLong(at(i), 0);
            }
        }
        return this;
    }

    /** Sets the epoch, and counts no byte towards the container. */
    public FlowWriter epoch(final int epoch) {
        entries.putLongRelease(entry + FlowEntry.EPOCH_OFFSET, epoch);
        return this;
    }

    private int epoch() {
        return entries.getShort(entry + FlowEntry.EPOCH_OFFSET) & 0xFFFF;
    }

    /**
     * The even epoch after this odd one; no byte towards the container is counted.
     *
     * @param known what the entry counted before was, and nobody was told
     */
    public FlowWriter close(final boolean known) {
        final int next = epoch() - 1 + (known ? 2 : 4) & 0xFFFF;
        return epoch(next == 0 ? 4 : next);
    }

    /** Makes the epoch odd; the counters stay. */
    public FlowWriter open() {
        final int at = entry + FlowEntry.EPOCH_OFFSET;
        entries.putLongRelease(at, entries.getLong(at) | 1);
        return this;
    }

    public FlowWriter packets(final Direction direction, final long packets) {
        return add(FlowEntry.PACKETS_OFFSET, direction, packets << FlowEntry.PACKETS_SHIFT);
    }

    public FlowWriter bytes(final Direction direction, final long bytes) {
        return add(FlowEntry.BYTES_OFFSET, direction, bytes << FlowEntry.BYTES_SHIFT);
    }

    private FlowWriter add(final int offset, final Direction direction, final long more) {
        final int at = entry + offset + Long.BYTES * direction.ordinal();
        entries.putLongRelease(at, entries.getLong(at) + more);
        return this;
    }

    /** TCP flags seen, FIN = 1. */
    public FlowWriter tcpFlags(final Direction direction, final int flags) {
        return or(
                FlowEntry.PACKETS_OFFSET + Long.BYTES * direction.ordinal(),
                (long) flags << FlowEntry.TCP_FLAGS_SHIFT);
    }

    public FlowWriter revision(final int revision) {
        return or(FlowEntry.PACKETS_OFFSET, revision);
    }

    public FlowWriter rule(final int rule) {
        return or(FlowEntry.PACKETS_OFFSET + Long.BYTES, rule);
    }

    public FlowWriter reason(final Reason reason) {
        return or(FlowEntry.BYTES_OFFSET + Long.BYTES, (long) reason.ordinal() * FlowEntry.REASON);
    }

    /** Bit n: codepoint n was seen. */
    public FlowWriter ecn(final int seen) {
        return or(FlowEntry.BYTES_OFFSET + Long.BYTES, (long) seen * FlowEntry.ECN);
    }

    private FlowWriter or(final int offset, final long bits) {
        entries.putLongRelease(entry + offset, entries.getLong(entry + offset) | bits);
        return this;
    }

    public FlowWriter lastSeen(final int jiffies) {
        entries.putInt(entry + FlowEntry.LAST_SEEN_OFFSET, jiffies);
        return this;
    }

    /** Something of the detail has changed. */
    public FlowWriter tell() {
        final int at = entry + FlowEntry.TOLD_OFFSET;
        entries.putByte(at, (byte) (entries.getByte(at) + 1));
        return this;
    }

    /** Writes at one of the offsets of {@link FlowEntry}, or behind it. */
    public FlowWriter putByte(final int offset, final int value) {
        of(offset).putByte(at(offset), (byte) value);
        return this;
    }

    public FlowWriter putShort(final int offset, final int value) {
        of(offset).putShort(at(offset), (short) value);
        return this;
    }

    public FlowWriter putInt(final int offset, final int value) {
        of(offset).putInt(at(offset), value);
        return this;
    }

    private AtomicBuffer of(final int offset) {
        return offset < FlowEntry.ENTRY_LENGTH ? entries : details;
    }

    private int at(final int offset) {
        return offset < FlowEntry.ENTRY_LENGTH ? entry + offset : detail + offset;
    }

    /** Another remote address, mapped if it is of IPv4; the cache's own search does not see it. */
    public FlowWriter remote(final IpAddress address) {
        address(FlowEntry.REMOTE_OFFSET, address);
        return this;
    }

    /** Entry and detail, as events have them. */
    public byte[] toBytes() {
        final byte[] bytes = new byte[FlowEntry.LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = of(i).getByte(at(i));
        }
        return bytes;
    }
}
