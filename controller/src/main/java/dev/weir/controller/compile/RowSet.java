package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What a policy number stands for, without the number: flags, and rows in the order of their keys.
 *
 * @param flags with policy number 0
 * @param keys packed by {@link #key}; ascending
 * @param rows as many as keys
 * @param digest equal content, equal digest
 */
record RowSet(EndpointPolicy flags, long[] keys, List<PolicyRow> rows, String digest) {
    private static final Direction[] DIRECTIONS = Direction.values();

    /** Packs what distinguishes a row: 31 bits of identity, 1 direction, 8 protocol, 5, 16. */
    static long key(
            final int identity,
            final Direction direction,
            final int protocol,
            final int length,
            final int port) {
        return (long) identity << 30
                | (long) direction.ordinal() << 29
                | (long) protocol << 21
                | (long) length << 16
                | port;
    }

    /**
     * The key of another identity whose port prefix of {@code length} holds that of {@code key}.
     */
    static long wider(final long key, final int identity, final int length) {
        return key(
                identity, direction(key), protocol(key), length, port(key) & 0xFFFF << 16 - length);
    }

    static int identity(final long key) {
        return (int) (key >>> 30);
    }

    static Direction direction(final long key) {
        return DIRECTIONS[(int) (key >>> 29) & 1];
    }

    static int protocol(final long key) {
        return (int) (key >>> 21) & 0xFF;
    }

    static int length(final long key) {
        return (int) (key >>> 16) & 0x1F;
    }

    static int port(final long key) {
        return (int) key & 0xFFFF;
    }

    static RowSet of(final EndpointPolicy flags, final Long2ObjectHashMap<PolicyRow> table) {
        final long[] keys = new long[table.size()];
        final Long2ObjectHashMap<PolicyRow>.KeyIterator each = table.keySet().iterator();
        for (int i = 0; i < keys.length; i++) {
            keys[i] = each.nextLong();
        }
        Arrays.sort(keys);
        final List<PolicyRow> rows = Arrays.stream(keys).mapToObj(table::get).toList();
        return new RowSet(flags, keys, rows, digest(flags, keys, rows));
    }

    /** True when nothing is decided: the endpoint needs no policy number. */
    boolean isOpen() {
        return keys.length == 0 && flags.equals(EndpointPolicy.OPEN);
    }

    /** The row at a packed key; null if there is none. */
    PolicyRow row(final long key) {
        final int place = Arrays.binarySearch(keys, key);
        return place < 0 ? null : rows.get(place);
    }

    private static String digest(
            final EndpointPolicy flags, final long[] keys, final List<PolicyRow> rows) {
        final ByteBuffer bytes = ByteBuffer.allocate(8 + keys.length * 31);
        bytes.putLong(flags.word());
        for (int i = 0; i < keys.length; i++) {
            final PolicyRow row = rows.get(i);
            bytes.putLong(keys[i])
                    .put((byte) row.verdict().ordinal())
                    .putInt(row.rule())
                    .putInt(row.precedence())
                    .put((byte) row.auditVerdict().ordinal())
                    .putInt(row.auditRule())
                    .putInt(row.auditPrecedence())
                    .putInt(row.prefixLengths())
                    .put((byte) (row.last() ? 1 : 0));
        }
        return Digest.of(bytes.flip());
    }

    static PolicyKey key(final int number, final long key) {
        return new PolicyKey(
                number, identity(key), direction(key), protocol(key), length(key), port(key));
    }

    /** True when the policy has these rows and no others. */
    boolean isEqualTo(final CompiledPolicy policy) {
        if (policy.rows() instanceof NumberedRows same && same.content() == this) {
            return true;
        }
        if (policy.rows().size() != keys.length) {
            return false;
        }
        for (int i = 0; i < keys.length; i++) {
            if (!rows.get(i).equals(policy.rows().get(key(policy.number(), keys[i])))) {
                return false;
            }
        }
        return true;
    }

    /** The rows under a policy number. */
    CompiledPolicy numbered(final int number) {
        return new CompiledPolicy(number, new NumberedRows(number, this));
    }
}
