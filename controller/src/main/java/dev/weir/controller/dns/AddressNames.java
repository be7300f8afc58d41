package dev.weir.controller.dns;

import dev.weir.dataplane.layout.IpAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * By which names one container looked an address up, and when these held. What holds no more stays
 * while there is room, for flows of that time. One thread at a time.
 */
final class AddressNames {
    /** Of one container. */
    static final int NAMES_MOST = 1_024;

    /** Of one address. */
    static final int NAMES_EACH = 4;

    private final NameBudget budget;

    /** The address that was in no answer for longest comes first. */
    private final Map<IpAddress, List<Held>> byAddress = new LinkedHashMap<>();

    private int kept;
    private long evicted;

    AddressNames(final NameBudget budget) {
        this.budget = budget;
    }

    /** A name from its first answer until its last one's time to live is over. */
    private static final class Held {
        final String name;
        final long from;
        long until;

        Held(final String name, final long from, final long until) {
            this.name = name;
            this.from = from;
            this.until = until;
        }
    }

    /** An answer for {@code name} had {@code address}: it holds from now to {@code until}. */
    void add(final IpAddress address, final String name, final long now, final long until) {
        final List<Held> known = byAddress.remove(address);
        final List<Held> names = known == null ? new ArrayList<>(1) : known;
        if (!extended(names, name, until)) {
            if (names.size() == NAMES_EACH) {
                names.remove(0);
                evicted(1);
            }
            if (makeRoom()) {
                names.add(new Held(name, now, until));
                kept++;
            } else {
                evicted++;
            }
        }
        if (!names.isEmpty()) {
            byAddress.put(address, names);
        }
    }

    private static boolean extended(final List<Held> names, final String name, final long until) {
        for (final Held held : names) {
            if (held.name.equals(name)) {
                held.until = Math.max(held.until, until);
                return true;
            }
        }
        return false;
    }

    private boolean makeRoom() {
        if (kept >= NAMES_MOST) {
            removeFirst();
        }
        if (budget.take()) {
            return true;
        }
        removeFirst();
        return budget.take();
    }

    private void removeFirst() {
        final Iterator<List<Held>> all = byAddress.values().iterator();
        if (all.hasNext()) {
            final int names = all.next().size();
            all.remove();
            evicted(names);
        }
    }

    private void evicted(final int names) {
        kept -= names;
        evicted += names;
        for (int i = 0; i < names; i++) {
            budget.giveBack();
        }
    }

    /** The names that held at {@code time}, in the order they were first asked for. */
    List<String> at(final IpAddress address, final long time) {
        final List<Held> names = byAddress.get(address);
        if (names == null) {
            return List.of();
        }
        return names.stream()
                .filter(held -> held.from <= time && time <= held.until)
                .map(held -> held.name)
                .toList();
    }

    /** Names that had to go before others needed them no more. */
    long evicted() {
        return evicted;
    }

    int kept() {
        return kept;
    }

    /** Forgets all of them; no eviction. */
    void clear() {
        byAddress.clear();
        for (; kept > 0; kept--) {
            budget.giveBack();
        }
    }
}
