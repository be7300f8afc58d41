package dev.weir.dataplane.attach;

import dev.weir.dataplane.link.ClsactFilter;
import dev.weir.dataplane.netlink.TrafficFilters;
import dev.weir.dataplane.object.BpfProgram;
import java.util.Set;

/** The fall-back before TCX: two filters of ours in the interface's clsact qdisc. */
final class ClsactHooks {
    private final LinkPins marks;

    ClsactHooks(final LinkPins marks) {
        this.marks = marks;
    }

    void attach(final int ifIndex, final BpfProgram from, final BpfProgram to) {
        final boolean first =
                ClsactFilter.programId(ifIndex, false) == 0
                        && ClsactFilter.programId(ifIndex, true) == 0;
        if (ClsactFilter.makeQdisc(ifIndex)) {
            marks.remember(LinkPins.QDISCS, ifIndex);
        } else if (first) {
            marks.forget(LinkPins.QDISCS, ifIndex); // left by an interface of the same number
        }
        marks.remember(LinkPins.FILTERS, ifIndex);
        try {
            ClsactFilter.attach(from, ifIndex, false);
            ClsactFilter.attach(to, ifIndex, true);
        } catch (final RuntimeException e) {
            if (first) {
                detach(ifIndex);
            }
            throw e;
        }
    }

    void detach(final int ifIndex) {
        if (!marks.remembers(LinkPins.FILTERS, ifIndex)) {
            return;
        }
        ClsactFilter.detach(ifIndex, false);
        ClsactFilter.detach(ifIndex, true);
        if (marks.remembers(LinkPins.QDISCS, ifIndex)) {
            if (TrafficFilters.count(ifIndex) == 0) {
                ClsactFilter.removeQdisc(ifIndex);
            }
            marks.forget(LinkPins.QDISCS, ifIndex);
        }
        marks.forget(LinkPins.FILTERS, ifIndex);
    }

    /** Id of the program in our filter, 0 if there is none. */
    int programId(final int ifIndex, final Hook hook) {
        return marks.remembers(LinkPins.FILTERS, ifIndex)
                ? ClsactFilter.programId(ifIndex, hook == Hook.TO_CONTAINER)
                : 0;
    }

    Set<Integer> interfaces() {
        return marks.interfaces(LinkPins.FILTERS);
    }
}
