package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link ConnectionTable} over {@code weir_conntrack}. */
public final class BpfConnectionTable implements ConnectionTable {
    private final BpfMap map;
    private final BatchReader reader;
    private final UnsafeBuffer keyBuffer =
            new UnsafeBuffer(DirectMemory.allocate(FlowKeyView.LENGTH));
    private final FlowKeyView key = new FlowKeyView(keyBuffer, 0);
    private final UnsafeBuffer value =
            new UnsafeBuffer(DirectMemory.allocate(ConnectionLayout.LENGTH));

    /** Over a map that the caller closes. */
    public BpfConnectionTable(final BpfMap map) {
        this.map = map.expect(MapType.LRU_HASH, FlowKeyView.LENGTH, ConnectionLayout.LENGTH);
        this.reader = new BatchReader(map);
    }

    @Override
    public int capacity() {
        return map.info().maxEntries();
    }

    @Override
    public boolean insert(final FlowKey flow, final Connection connection) {
        key.set(flow);
        value.setMemory(0, ConnectionLayout.LENGTH, (byte) 0);
        value.putInt(ConnectionLayout.REVISION_OFFSET, connection.revision());
        value.putInt(ConnectionLayout.POLICY_OFFSET, connection.policy());
        value.putInt(ConnectionLayout.RULE_OFFSET, connection.rule());
        value.putInt(ConnectionLayout.REMOTE_IDENTITY_OFFSET, connection.remoteIdentity());
        value.putInt(ConnectionLayout.CREATED_OFFSET, connection.created());
        value.putInt(ConnectionLayout.LAST_SEEN_OFFSET, connection.lastSeen());
        value.putByte(ConnectionLayout.VERDICT_OFFSET, (byte) connection.verdict().ordinal());
        value.putByte(ConnectionLayout.REASON_OFFSET, (byte) connection.reason().ordinal());
        value.putByte(ConnectionLayout.OPENER_OFFSET, (byte) connection.opener().ordinal());
        value.putByte(ConnectionLayout.STATE_OFFSET, (byte) connection.state().ordinal());
        value.putByte(ConnectionLayout.FLAGS_OFFSET, (byte) connection.flags());
        return map.insert(keyBuffer, value);
    }

    @Override
    public void readAll(final Visitor visitor) {
        final BatchReader own = new BatchReader(map);
        for (int read = own.next(); read > 0; read = own.next()) {
            final FlowKeyView view = new FlowKeyView(own.keys(), 0);
            for (int i = 0; i < read; i++) {
                visitor.onConnection(
                        view.at(own.keyOffset(i)).toKey(),
                        connection(own.values(), own.valueOffset(i)));
            }
        }
    }

    @Override
    public Sweep sweep(final IdleLimits limits, final int now) {
        int seen = 0;
        int removed = 0;
        reader.restart();
        for (int read = reader.next(); read > 0; read = reader.next()) {
            seen += read;
            int expired = 0;
            for (int i = 0; i < read; i++) {
                if (expired(limits, now, i)) {
                    reader.moveKey(i, expired++);
                }
            }
            removed += expired > 0 ? reader.delete(expired) : 0;
        }
        return new Sweep(seen, removed);
    }

    @Override
    public int removeEndpoint(final int endpoint) {
        int removed = 0;
        reader.restart();
        for (int read = reader.next(); read > 0; read = reader.next()) {
            int matching = 0;
            for (int i = 0; i < read; i++) {
                if (endpoint(i) == endpoint) {
                    reader.moveKey(i, matching++);
                }
            }
            removed += matching > 0 ? reader.delete(matching) : 0;
        }
        return removed;
    }

    private boolean expired(final IdleLimits limits, final int now, final int index) {
        final UnsafeBuffer values = reader.values();
        final int at = reader.valueOffset(index);
        final int flags = values.getByte(at + ConnectionLayout.FLAGS_OFFSET);
        final int limit =
                limits.limit(
                        reader.keys().getByte(reader.keyOffset(index) + FlowKeyView.PROTOCOL_OFFSET)
                                & 0xFF,
                        values.getByte(at + ConnectionLayout.STATE_OFFSET),
                        (flags & Connection.REPLIED) != 0);
        return IdleLimits.expired(
                now, values.getInt(at + ConnectionLayout.LAST_SEEN_OFFSET), limit);
    }

    private int endpoint(final int index) {
        return reader.keys().getShort(reader.keyOffset(index) + FlowKeyView.ENDPOINT_OFFSET)
                & 0xFFFF;
    }

    private static Connection connection(final DirectBuffer buffer, final int offset) {
        return new Connection(
                buffer.getInt(offset + ConnectionLayout.REVISION_OFFSET),
                buffer.getInt(offset + ConnectionLayout.POLICY_OFFSET),
                buffer.getInt(offset + ConnectionLayout.RULE_OFFSET),
                buffer.getInt(offset + ConnectionLayout.REMOTE_IDENTITY_OFFSET),
                buffer.getInt(offset + ConnectionLayout.CREATED_OFFSET),
                buffer.getInt(offset + ConnectionLayout.LAST_SEEN_OFFSET),
                Verdict.of(buffer.getByte(offset + ConnectionLayout.VERDICT_OFFSET)),
                Reason.of(buffer.getByte(offset + ConnectionLayout.REASON_OFFSET)),
                Direction.of(buffer.getByte(offset + ConnectionLayout.OPENER_OFFSET)),
                TcpState.of(buffer.getByte(offset + ConnectionLayout.STATE_OFFSET)),
                buffer.getByte(offset + ConnectionLayout.FLAGS_OFFSET) & 0xFF);
    }
}
