package dev.weir.dataplane.layout;

import java.lang.invoke.VarHandle;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The reading side of the epoch protocol in {@code struct weir_flow} and {@code struct
 * weir_denied}.
 */
final class EpochCopy {
    /** A hand-over takes well under a microsecond: who meets two in a row comes back next sweep. */
    private static final int ATTEMPTS = 3;

    /** Of either entry, without a detail. */
    private static final int ENTRY = 128;

    private EpochCopy() {}

    /**
     * Fills {@code target} from the entry at {@code offset} and, if it is longer than one, from the
     * detail {@code distance} bytes further.
     *
     * @return true when the epoch was even and the same before and after the copy
     */
    static boolean copy(
            final AtomicBuffer source,
            final int offset,
            final int epochOffset,
            final int distance,
            final UnsafeBuffer target) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int before = source.getIntVolatile(offset + epochOffset);
            if ((before & 1) == 0) {
                for (int i = 0; i < ENTRY; i += Long.BYTES) {
                    target.putLong(i, source.getLong(offset + i));
                }
                for (int i = ENTRY; i < target.capacity(); i += Long.BYTES) {
                    target.putLong(i, source.getLong(offset + distance - ENTRY + i));
                }
                VarHandle.loadLoadFence();
                if (source.getIntVolatile(offset + epochOffset) == before) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
