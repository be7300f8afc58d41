package dev.weir.controller.redirect;

import dev.weir.dataplane.table.Station;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A small number for each bridge, as long as it is there. */
final class BridgeNumbers {
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final BitSet used = new BitSet();

    /** Forgets bridges that are gone: nothing may have their numbers any more. */
    void keep(final Set<Integer> bridges) {
        numbers.entrySet()
                .removeIf(
                        entry -> {
                            final boolean gone = !bridges.contains(entry.getKey());
                            if (gone) {
                                used.clear(entry.getValue());
                            }
                            return gone;
                        });
    }

    /** Its number, from 1; 0 when there are none left. */
    int of(final int bridge) {
        final Integer known = numbers.get(bridge);
        if (known != null) {
            return known;
        }
        final int free = used.nextClearBit(1);
        if (free > Station.MAX_BRIDGE) {
            return 0;
        }
        used.set(free);
        numbers.put(bridge, free);
        return free;
    }
}
