package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rows' part of a {@link StateDiff}. Policies that are the same object are not looked into. */
final class RowDiff {
    private final CompiledState before;
    private final CompiledState after;
    private final Map<PolicyKey, PolicyRow> written = new LinkedHashMap<>();
    private final List<PolicyKey> stale = new ArrayList<>();
    private final Set<Integer> extended = new TreeSet<>();

    RowDiff(final CompiledState before, final CompiledState after) {
        this.before = before;
        this.after = after;
        ArrayMap.compare(
                ArrayMap.copyOf(before.policies()),
                ArrayMap.copyOf(after.policies()),
                this::compare);
    }

    /** Rows of new policy numbers, and rows of new identities in numbers that stay. */
    Map<PolicyKey, PolicyRow> written() {
        return written;
    }

    /** Keys that nothing leads to afterwards. */
    List<PolicyKey> stale() {
        return stale;
    }

    /** Numbers that stay and get rows of new identities. */
    Set<Integer> extended() {
        return extended;
    }

    private void compare(final int number, final CompiledPolicy old, final CompiledPolicy policy) {
        if (policy == null) {
            stale.addAll(old.rows().keySet());
        } else if (old == null) {
            written.putAll(policy.rows());
        } else {
            final int size = written.size();
            compareRows(old.rows(), policy.rows());
            if (written.size() > size) {
                extended.add(number);
            }
        }
    }

    private void compareRows(
            final Map<PolicyKey, PolicyRow> old, final Map<PolicyKey, PolicyRow> rows) {
        rows.forEach(
                (key, row) -> {
                    if (!row.equals(old.get(key))) {
                        check(key, before);
                        written.put(key, row);
                    }
                });
        old.keySet()
                .forEach(
                        key -> {
                            if (!rows.containsKey(key)) {
                                check(key, after);
                                stale.add(key);
                            }
                        });
    }

    /** In a number that stays only rows of peers unknown to the other side may differ. */
    private static void check(final PolicyKey key, final CompiledState other) {
        if (key.identity() == IdentityInfo.ANY || other.identities().containsKey(key.identity())) {
            throw new IllegalArgumentException(
                    "policy " + key.policy() + ": " + key + " changes (expected: a new number)");
        }
    }
}
