package dev.weir.controller.compile;

/**
 * What a compile leaves to the next one, step by step in the order in which they are made; {@link
 * #NONE} = nothing. Each step gives back the very object where its sources are equal, so that the
 * next step, whose source it is, sees at once that nothing is new.
 *
 * @param workloads of endpoints
 * @param selections which workloads each selector selects
 * @param blocks in force, and the prefixes they cut the address space into
 * @param peers and their identities
 * @param rules and their numbers
 * @param prepared rules with their peers resolved
 * @param rows the row sets of endpoints
 */
record Parts(
        Workloads workloads,
        Selections selections,
        BlocksInForce blocks,
        Peers peers,
        NumberedRules rules,
        PreparedRules.Part prepared,
        RowCompiler.Part rows) {
    static final Parts NONE =
            new Parts(
                    Workloads.NONE,
                    Selections.NONE,
                    BlocksInForce.NONE,
                    Peers.NONE,
                    NumberedRules.NONE,
                    PreparedRules.Part.NONE,
                    RowCompiler.Part.NONE);
}
