package dev.weir.controller.compile;

import dev.weir.controller.identity.StableNumbers;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Numbers row sets by their content. A number never comes to mean other rows, with one exception:
 * rows of identities that no address had before may join it, and rows of identities that no address
 * has any more may leave it; no packet can tell.
 */
final class PolicyNumbers {
    private final CompiledState previous;
    private final Set<Integer> identities;
    private final StableNumbers numbers;
    private final SortedMap<Integer, CompiledPolicy> policies = new TreeMap<>();
    private final SortedMap<Integer, EndpointPolicy> endpoints = new TreeMap<>();

    /**
     * @param identities in use from now on
     * @param content rows by endpoint number
     */
    PolicyNumbers(
            final CompiledState previous,
            final Set<Integer> identities,
            final Map<Integer, RowSet> content) {
        this.previous = previous;
        this.identities = identities;
        final Numbering before = previous.numbering();
        this.numbers =
                new StableNumbers(before.policies(), 1, Integer.MAX_VALUE, before.nextPolicy());
        final Map<String, RowSet> distinct = new LinkedHashMap<>();
        final Map<String, Set<Integer>> held = new HashMap<>();
        final Map<Integer, String> digests = new TreeMap<>();
        content.forEach(
                (endpoint, rows) -> {
                    if (rows.isOpen()) {
                        endpoints.put(endpoint, EndpointPolicy.OPEN);
                        return;
                    }
                    final String digest = rows.digest();
                    digests.put(endpoint, digest);
                    distinct.putIfAbsent(digest, rows);
                    final EndpointPolicy word = previous.endpoints().get(endpoint);
                    final Set<Integer> numbersHeld =
                            held.computeIfAbsent(digest, key -> new TreeSet<>());
                    if (word != null && sameFlags(word, rows.flags())) {
                        numbersHeld.add(word.policy());
                    }
                });
        number(distinct, held);
        digests.forEach(
                (endpoint, digest) ->
                        endpoints.put(
                                endpoint, word(distinct.get(digest).flags(), numbers.of(digest))));
    }

    private void number(final Map<String, RowSet> distinct, final Map<String, Set<Integer>> held) {
        final Map<String, Integer> before = previous.numbering().policies();
        final Set<Integer> claimed = new HashSet<>();
        distinct.keySet().stream().map(before::get).forEach(claimed::add);
        distinct.forEach(
                (digest, rows) -> {
                    if (!before.containsKey(digest)) {
                        held.get(digest).stream()
                                .filter(number -> !claimed.contains(number))
                                .filter(number -> isExtension(number, rows))
                                .findFirst()
                                .ifPresent(
                                        number -> {
                                            claimed.add(number);
                                            numbers.keep(digest, number);
                                        });
                    }
                    final int number = numbers.of(digest);
                    policies.put(number, policy(number, rows));
                });
    }

    /** The very object of before where nothing changed, so that comparing the two is for free. */
    private CompiledPolicy policy(final int number, final RowSet rows) {
        final CompiledPolicy before = previous.policies().get(number);
        return before != null && rows.isEqualTo(before) ? before : rows.numbered(number);
    }

    /** True when {@code rows} differ from those of the number by new and by vanished peers only. */
    private boolean isExtension(final int number, final RowSet rows) {
        final CompiledPolicy policy = previous.policies().get(number);
        if (policy == null) {
            return false;
        }
        int kept = 0;
        for (int i = 0; i < rows.keys().length; i++) {
            final long key = rows.keys()[i];
            if (previous.identities().containsKey(RowSet.identity(key))
                    || RowSet.identity(key) == IdentityInfo.ANY) {
                if (!rows.rows().get(i).equals(policy.rows().get(RowSet.key(number, key)))) {
                    return false;
                }
                kept++;
            }
        }
        int expected = 0;
        for (final Map.Entry<PolicyKey, PolicyRow> row : policy.rows().entrySet()) {
            final int identity = row.getKey().identity();
            if (identity == IdentityInfo.ANY || identities.contains(identity)) {
                expected++;
            }
        }
        return kept == expected;
    }

    private static boolean sameFlags(final EndpointPolicy word, final EndpointPolicy flags) {
        return word(flags, word.policy()).equals(word);
    }

    private static EndpointPolicy word(final EndpointPolicy flags, final int number) {
        return new EndpointPolicy(number, flags.flags());
    }

    SortedMap<Integer, CompiledPolicy> policies() {
        return policies;
    }

    SortedMap<Integer, EndpointPolicy> endpoints() {
        return endpoints;
    }

    StableNumbers numbers() {
        return numbers;
    }
}
