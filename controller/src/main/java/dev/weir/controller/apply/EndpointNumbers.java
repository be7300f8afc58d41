package dev.weir.controller.apply;

import dev.weir.dataplane.table.ConnectionTable;
import java.util.BitSet;
import java.util.Set;

/**
 * Which endpoint number comes next. Numbers go round, and one that was left is given again only
 * when conntrack has forgotten it.
 */
final class EndpointNumbers {
    private final int capacity;
    private final ConnectionTable connections;
    private final BitSet retired = new BitSet();
    private int last;

    EndpointNumbers(final int capacity, final ConnectionTable connections) {
        this.capacity = capacity;
        this.connections = connections;
    }

    /**
     * A free number.
     *
     * @param taken by endpoints
     * @throws ControllerException 422 if there is none
     */
    int next(final Set<Integer> taken) {
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 1; i < capacity; i++) {
                final int number = (last + i - 1) % (capacity - 1) + 1;
                if (!taken.contains(number) && !retired.get(number)) {
                    last = number;
                    return number;
                }
            }
            forgetRetired();
        }
        throw ControllerException.invalid(
                "tables.endpoints",
                "one more endpoint does not fit: table endpoints needs 1 more number (0 free, limit: "
                        + (capacity - 1)
                        + "; raise tables.endpoints in the settings)");
    }

    /** The number is nobody's, and what conntrack holds for it is to be forgotten. */
    void retire(final int number) {
        retired.set(number);
    }

    /** Not to be given: someone unknown has it. */
    void taken(final int number) {
        last = Math.max(last, number);
    }

    /** Frees what was retired; asks the kernel, once for all of them. */
    void forgetRetired() {
        if (!retired.isEmpty()) {
            connections.removeEndpoints(retired::get);
            retired.clear();
        }
    }
}
