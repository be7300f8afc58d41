package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.util.HashSet;
import java.util.Set;

/**
 * All loaded programs of one type, whosever. Each is asked once what it is: the kernel gives out
 * ids in turn, and none a second time before all have been used. One thread.
 */
public final class ProgramCensus {
    private final int type;
    private Set<Integer> others = new HashSet<>();
    private Set<Integer> found = new HashSet<>();

    /** Of programs of {@code type}, {@code BPF_PROG_TYPE_*}. */
    public ProgramCensus(final int type) {
        this.type = type;
    }

    /** Kernel ids of those loaded now. */
    public Set<Integer> take() {
        final Set<Integer> othersNow = new HashSet<>();
        final Set<Integer> foundNow = new HashSet<>();
        for (int id = Native.programNextId(0); id >= 0; id = Native.programNextId(id)) {
            if (others.contains(id)) {
                othersNow.add(id);
            } else if (found.contains(id) || isOfType(id)) {
                foundNow.add(id);
            } else {
                othersNow.add(id);
            }
        }
        others = othersNow;
        found = foundNow;
        return Set.copyOf(found);
    }

    private boolean isOfType(final int id) {
        try (BpfProgram program = BpfProgram.byId(id)) {
            return program.type() == type;
        } catch (final BpfException e) {
            if (!e.is(Errno.ENOENT)) { // it went meanwhile
                throw e;
            }
            return false;
        }
    }
}
