package dev.weir.dataplane.attach;

/**
 * What is at one hook of one interface.
 *
 * @param hook which
 * @param status whether the running version of our program is there
 * @param mechanism {@code tcx}, {@code clsact}, {@code xdp-native}, {@code xdp-generic}; empty when
 *     nothing is attached
 * @param programId kernel id of the program there, 0 = none
 * @param detail for people: what is wrong or whose program it is; empty when there is nothing to
 *     say
 */
public record HookState(Hook hook, Status status, String mechanism, int programId, String detail) {

    /** Whether the running version of our program is at the hook. */
    public enum Status {
        /** The version that this process loaded. */
        CURRENT,
        /** Ours, of another version: {@code attach} replaces it. */
        OUTDATED,
        /** Nothing of ours. */
        MISSING,
        /** Somebody else's XDP program holds the hook. */
        FOREIGN
    }
}
