package dev.weir.controller.flow;

/**
 * The slots of a cache, as the ledger knows them: some row may have counted for one of them alone,
 * {@link SlotShadow}.
 */
interface SoloSlots {
    /** The row will count for others too, or go: the slot keeps what it gave itself. */
    void share(int slot, FlowRow flow);

    /** What {@link FlowRow#solo} says of a slot; never 0. */
    static int name(final EntryLayout cache, final int slot) {
        return (slot << 1 | cache.ordinal()) + 1;
    }

    /** The row's counts will no longer be those of its only slot, if it has one. */
    static void end(final SoloSlots[] caches, final FlowRow flow) {
        final int name = flow.solo() - 1;
        if (name >= 0) {
            caches[name & 1].share(name >>> 1, flow);
            flow.solo(0);
        }
    }
}
