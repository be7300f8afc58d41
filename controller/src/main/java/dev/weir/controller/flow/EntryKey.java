package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowEntry;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The ledger's 40-byte key of a cache entry, in the layout of {@code struct weir_flow_key}. */
final class EntryKey {
    private EntryKey() {}

    static void write(
            final EntryLayout layout,
            final DirectBuffer entry,
            final int offset,
            final MutableDirectBuffer key) {
        final boolean flow = layout == EntryLayout.FLOW;
        final int addresses = offset + (flow ? FlowEntry.LOCAL_OFFSET : 0);
        for (int i = 0; i < 32; i += 8) {
            key.putLong(i, entry.getLong(addresses + i));
        }
        key.putLong(32, flow ? flowTail(entry, offset) : tail(entry, offset));
    }

    /** Ports, endpoint and protocol, without what lies between and behind them. */
    private static long flowTail(final DirectBuffer entry, final int offset) {
        return entry.getLong(offset + FlowEntry.LOCAL_PORT_OFFSET) & 0x00FF_7FFF_FFFF_FFFFL;
    }

    /** The service port is local when the packet came in, else remote; the other one is 0. */
    private static long tail(final DirectBuffer entry, final int offset) {
        final long direction = entry.getByte(offset + EntryLayout.DENIED_DIRECTION) & 1;
        final long port = entry.getShort(offset + EntryLayout.DENIED_SERVICE_PORT) & 0xFFFF;
        final long endpoint = EntryLayout.DENIED.endpoint(entry, offset);
        final long protocol = entry.getByte(offset + EntryLayout.DENIED_PROTOCOL) & 0xFF;
        final long reason = entry.getByte(offset + EntryLayout.DENIED_REASON) & 0x1F;
        final long tag = FlowRow.DENIED_TAG | direction << 6 | reason;
        return port << 16 * direction | endpoint << 32 | protocol << 48 | tag << 56;
    }
}
