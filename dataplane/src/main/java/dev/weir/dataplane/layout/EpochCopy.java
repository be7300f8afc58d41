package dev.weir.dataplane.layout;

import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The reading side of the epoch protocol in {@code struct weir_flow} and {@code struct
 * weir_denied}.
 */
final class EpochCopy {
    /** A hand-over takes well under a microsecond: who meets two in a row comes back next sweep. */
    private static final int ATTEMPTS = 3;

    private EpochCopy() {}

    /** True when the epoch was even and the same before and after the copy. */
    static boolean copy(
            final UnsafeBuffer source,
            final int epochOffset,
            final UnsafeBuffer target,
            final int length) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int before = source.getIntVolatile(epochOffset);
            if ((before & 1) == 0) {
                for (int i = 0; i < length; i += Long.BYTES) {
                    target.putLong(i, source.getLong(i));
                }
                VarHandle.loadLoadFence();
                if (source.getIntVolatile(epochOffset) == before) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
