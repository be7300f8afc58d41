package dev.weir.dataplane.layout;

import java.lang.invoke.VarHandle;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The reading side of the epoch protocol in {@code struct weir_flow} and {@code struct
 * weir_denied}. The low 16 bits of the epoch are enough for the time of a copy.
 */
public final class EpochCopy {
    /** A hand-over takes well under a microsecond: who meets two in a row comes back next sweep. */
    private static final int ATTEMPTS = 3;

    private EpochCopy() {}

    /**
     * Fills {@code target} with the {@code length} bytes of the entry at {@code at} and, if it is
     * longer, with the detail at {@code detailAt}.
     *
     * @param target is filled to its end
     * @return true when the epoch was even and the same before and after the copy
     */
    public static boolean copy(
            final AtomicBuffer entries,
            final int at,
            final int epochOffset,
            final int length,
            final AtomicBuffer details,
            final int detailAt,
            final UnsafeBuffer target) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final short before = entries.getShortVolatile(at + epochOffset);
            if ((before & 1) == 0) {
                for (int i = 0; i < length; i += Long.BYTES) {
                    target.putLong(i, entries.getLong(at + i));
                }
                VarHandle.loadLoadFence();
                for (int i = length; i < target.capacity(); i += Long.BYTES) {
                    target.putLong(i, details.getLong(detailAt + i - length));
                }
                VarHandle.loadLoadFence();
                if (entries.getShortVolatile(at + epochOffset) == before) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
