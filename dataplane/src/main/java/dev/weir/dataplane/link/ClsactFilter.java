package dev.weir.dataplane.link;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.object.BpfProgram;

/**
 * Our cls_bpf filter on one side of an interface's clsact qdisc: known by its handle and priority,
 * so that no other filter is ever replaced or removed. Without a descriptor: the kernel keeps it
 * with the interface.
 */
public final class ClsactFilter {
    /** First in the row, so that no earlier filter passes a packet by the policy. */
    private static final int PRIORITY = 1;

    /** "WEIR". */
    private static final int HANDLE = 0x57454952;

    private ClsactFilter() {}

    /** Makes the qdisc if there is none; true when this call made it. */
    public static boolean makeQdisc(final int ifIndex) {
        return BpfException.check(Native.clsactCreate(ifIndex), "make clsact on interface", ifIndex)
                == 1;
    }

    /** Removes the qdisc with every filter in it: only for one that is ours and empty. */
    public static void removeQdisc(final int ifIndex) {
        final int result = Native.clsactDestroy(ifIndex);
        if (!isGone(result)) {
            BpfException.check(result, "remove clsact from interface", ifIndex);
        }
    }

    /** Puts the program there, or in the place of our own older one. */
    public static void attach(final BpfProgram program, final int ifIndex, final boolean egress) {
        BpfException.check(
                Native.filterAttach(ifIndex, egress, program.descriptor(), HANDLE, PRIORITY),
                egress
                        ? "attach to clsact egress of interface"
                        : "attach to clsact ingress of interface",
                ifIndex);
    }

    /** Takes our filter off; right when there is none, or no such interface. */
    public static void detach(final int ifIndex, final boolean egress) {
        final int result = Native.filterDetach(ifIndex, egress, HANDLE, PRIORITY);
        if (!isGone(result)) {
            BpfException.check(result, "detach from clsact of interface", ifIndex);
        }
    }

    /** Id of the program in our filter, 0 if there is none. */
    public static int programId(final int ifIndex, final boolean egress) {
        final int result = Native.filterQuery(ifIndex, egress, HANDLE, PRIORITY);
        return isGone(result) ? 0 : BpfException.check(result, "ask clsact of interface", ifIndex);
    }

    private static boolean isGone(final int result) {
        return Errno.ENOENT.is(result) || Errno.EINVAL.is(result) || Errno.ENODEV.is(result);
    }
}
