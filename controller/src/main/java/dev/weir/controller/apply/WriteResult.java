package dev.weir.controller.apply;

import dev.weir.controller.policy.ApiObject;

/**
 * A write that is in force.
 *
 * @param object as it is stored now; what was there when it was removed
 * @param outcome what the write did
 * @param revision datapath revision that it is in force from; the current one when nothing had to
 *     change or on a dry run
 */
public record WriteResult<T extends ApiObject>(T object, Outcome outcome, int revision) {
    /** What a write did. */
    public enum Outcome {
        CREATED,
        CONFIGURED,
        UNCHANGED,
        REMOVED
    }

    /** True when there was none before. */
    public boolean created() {
        return outcome == Outcome.CREATED;
    }
}
