package dev.weir.controller.compile;

import dev.weir.controller.identity.BlockSet;
import dev.weir.controller.identity.IpBlock;
import java.util.List;
import java.util.Map;

/**
 * All peers that policies cannot tell apart.
 *
 * @param workload null for addresses that are no endpoint's
 * @param set the blocks that hold the address
 * @param host it is the node's own
 */
record Peer(Workload workload, BlockSet set, boolean host) {
    private static final int LONGEST_KEY = 128;

    /** Addresses of nobody here. */
    static Peer outside(final BlockSet set) {
        return new Peer(null, set, false);
    }

    /** No policy names it: its identity is one of the reserved ones. */
    boolean isReserved() {
        return workload == null && set.isEmpty();
    }

    /**
     * The same text for equal peers only. Sets of many blocks, and blocks of many holes, are known
     * by their digest.
     */
    String key() {
        final StringBuilder text = new StringBuilder();
        set.blocks().forEach(block -> text.append('\0').append(key(block)));
        return (workload != null ? workload.key() : host ? "host" : "cidr")
                + (text.length() <= LONGEST_KEY ? text : "\0#" + Digest.of(text.toString()));
    }

    private static String key(final IpBlock block) {
        final String text = block.toString();
        return text.length() <= LONGEST_KEY ? text : '#' + Digest.of(text);
    }

    IdentityInfo info(final int number) {
        return workload == null
                ? new IdentityInfo(number, null, Map.of(), List.of(), set.blocks(), host)
                : new IdentityInfo(
                        number,
                        workload.namespace(),
                        workload.labels(),
                        workload.ports(),
                        set.blocks(),
                        host);
    }
}
