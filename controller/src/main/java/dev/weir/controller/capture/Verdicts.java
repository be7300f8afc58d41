package dev.weir.controller.capture;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;

/** What became of a packet follows from its reason. */
final class Verdicts {
    private Verdicts() {}

    static Verdict of(final Reason reason) {
        if (reason.isDrop()) {
            return Verdict.DENIED;
        }
        return reason == Reason.AUDIT ? Verdict.AUDIT : Verdict.ALLOWED;
    }
}
