package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over {@code struct weir_connection_bucket}, with the rules of bpf/common/conntrack.h.
 */
final class ConnectionBucket {
    /** In {@link #find}: none. */
    static final int NONE = -1;

    private UnsafeBuffer buffer;
    private int base;

    ConnectionBucket wrap(final UnsafeBuffer memory, final int offset) {
        buffer = memory;
        base = offset;
        return this;
    }

    /** True when a connection is in the way. */
    boolean used(final int way) {
        return (tag(way) & ConnectionLayout.TAG_USED) != 0;
    }

    boolean expired(final int way, final int now) {
        return buffer.getInt(expiresAt(way)) - now < 0;
    }

    int endpoint(final int way) {
        return buffer.getShort(at(way) + FlowKeyView.ENDPOINT_OFFSET) & 0xFFFF;
    }

    /** Searches from the way {@code first}, as the programs do. */
    int find(final int first, final int tag, final UnsafeBuffer key) {
        for (int turn = 0; turn < ConnectionLayout.WAYS; turn++) {
            final int way = first ^ turn;
            final int found = tag(way);
            if (found == ConnectionLayout.TAG_NEVER) {
                return NONE;
            }
            if (found == tag && sameKey(way, key)) {
                return way;
            }
        }
        return NONE;
    }

    /** The first way that is free or whose time is over, else the one whose time is over next. */
    int choose(final int first, final int now) {
        int chosen = first;
        int least = Integer.MAX_VALUE;
        for (int turn = 0; turn < ConnectionLayout.WAYS; turn++) {
            final int way = first ^ turn;
            final int tag = tag(way);
            final int left = buffer.getInt(expiresAt(way)) - now;
            if (tag == ConnectionLayout.TAG_NEVER || tag == ConnectionLayout.TAG_FREE) {
                return way;
            }
            if (tag != ConnectionLayout.TAG_BUSY && left < least) {
                least = left;
                chosen = way;
                if (left < 0) {
                    return way;
                }
            }
        }
        return chosen;
    }

    /** Takes the way for writing; false when a program was faster. */
    boolean claim(final int way) {
        final int tag = tag(way);
        return tag != ConnectionLayout.TAG_BUSY
                && buffer.compareAndSetInt(tagAt(way), tag, ConnectionLayout.TAG_BUSY);
    }

    /** Frees the way, unless it has become another's meanwhile. */
    boolean free(final int way, final int tag) {
        return buffer.compareAndSetInt(tagAt(way), tag, ConnectionLayout.TAG_FREE);
    }

    int tag(final int way) {
        return buffer.getIntVolatile(tagAt(way));
    }

    /** Writes a claimed way and shows it to the programs. */
    void publish(final int way, final int tag, final UnsafeBuffer key, final Connection c) {
        final int at = at(way);
        buffer.setMemory(at, ConnectionLayout.LENGTH, (byte) 0);
        buffer.putBytes(at + ConnectionLayout.KEY_OFFSET, key, 0, FlowKeyView.LENGTH);
        buffer.putInt(at + ConnectionLayout.REVISION_OFFSET, c.revision());
        buffer.putInt(at + ConnectionLayout.POLICY_OFFSET, c.policy());
        buffer.putInt(at + ConnectionLayout.RULE_OFFSET, c.rule());
        buffer.putInt(at + ConnectionLayout.REMOTE_IDENTITY_OFFSET, c.remoteIdentity());
        buffer.putInt(at + ConnectionLayout.CREATED_OFFSET, c.created());
        buffer.putByte(at + ConnectionLayout.VERDICT_OFFSET, (byte) c.verdict().ordinal());
        buffer.putByte(at + ConnectionLayout.REASON_OFFSET, (byte) c.reason().ordinal());
        buffer.putByte(at + ConnectionLayout.OPENER_OFFSET, (byte) c.opener().ordinal());
        buffer.putByte(at + ConnectionLayout.STATE_OFFSET, (byte) c.state().ordinal());
        buffer.putByte(at + ConnectionLayout.FLAGS_OFFSET, (byte) c.flags());
        buffer.putInt(expiresAt(way), c.expires());
        buffer.putIntVolatile(tagAt(way), tag);
    }

    void read(final int way, final ConnectionTable.Visitor visitor) {
        final int at = at(way);
        visitor.onConnection(
                new FlowKeyView(buffer, at + ConnectionLayout.KEY_OFFSET).toKey(),
                new Connection(
                        buffer.getInt(at + ConnectionLayout.REVISION_OFFSET),
                        buffer.getInt(at + ConnectionLayout.POLICY_OFFSET),
                        buffer.getInt(at + ConnectionLayout.RULE_OFFSET),
                        buffer.getInt(at + ConnectionLayout.REMOTE_IDENTITY_OFFSET),
                        buffer.getInt(at + ConnectionLayout.CREATED_OFFSET),
                        buffer.getInt(expiresAt(way)),
                        Verdict.of(buffer.getByte(at + ConnectionLayout.VERDICT_OFFSET)),
                        Reason.of(buffer.getByte(at + ConnectionLayout.REASON_OFFSET)),
                        Direction.of(buffer.getByte(at + ConnectionLayout.OPENER_OFFSET)),
                        TcpState.of(buffer.getByte(at + ConnectionLayout.STATE_OFFSET)),
                        buffer.getByte(at + ConnectionLayout.FLAGS_OFFSET) & 0xFF));
    }

    private boolean sameKey(final int way, final UnsafeBuffer key) {
        final int at = at(way) + ConnectionLayout.KEY_OFFSET;
        for (int i = 0; i < FlowKeyView.LENGTH; i += Long.BYTES) {
            if (buffer.getLong(at + i) != key.getLong(i)) {
                return false;
            }
        }
        return true;
    }

    private int tagAt(final int way) {
        return base + ConnectionLayout.TAGS_OFFSET + way * Integer.BYTES;
    }

    private int expiresAt(final int way) {
        return base + ConnectionLayout.EXPIRES_OFFSET + way * Integer.BYTES;
    }

    private int at(final int way) {
        return base + ConnectionLayout.CONNECTIONS_OFFSET + way * ConnectionLayout.LENGTH;
    }
}
