package dev.weir.controller.compile;

import dev.weir.controller.identity.PrefixIndex;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What turns the tables of one state into those of the next. Written before the revision is raised:
 * {@code rows}, {@code peers}, {@code cidrs}, the inactive words of all endpoints. Removed after
 * the grace period: {@code staleRows}, {@code stalePeers}, {@code staleCidrs}.
 *
 * @param rows rows of new policy numbers, and rows of new identities in numbers that stay
 * @param staleRows keys that nothing leads to once the new revision is in force
 * @param extendedPolicies numbers that stay and get rows of new identities
 * @param peers addresses whose identity or owner changes; a removed one gets what covers it
 * @param stalePeers addresses to delete
 * @param cidrs prefixes whose identity changes; a removed one gets what covers it
 * @param staleCidrs prefixes to delete
 * @param words policy words that change, those of new endpoints among them
 * @param staleEndpoints endpoint numbers that are gone
 * @param need entries at the peak, old and new side by side
 */
public record StateDiff(
        Map<PolicyKey, PolicyRow> rows,
        List<PolicyKey> staleRows,
        Set<Integer> extendedPolicies,
        Map<IpAddress, Change> peers,
        List<IpAddress> stalePeers,
        Map<IpPrefix, Change> cidrs,
        List<IpPrefix> staleCidrs,
        Map<Integer, EndpointPolicy> words,
        Set<Integer> staleEndpoints,
        Need need) {

    /**
     * @param identity from the new revision on
     * @param previousIdentity what the lookup gave until then
     * @param endpoint owner of the address, 0 = none
     */
    public record Change(int identity, int previousIdentity, int endpoint) {
        /** As the table holds it. */
        public PeerRow row(final int sinceRevision) {
            return new PeerRow(identity, previousIdentity, sinceRevision, endpoint);
        }
    }

    /** Entries each table must hold at the peak; {@code rules} is the highest rule number. */
    public record Need(int policyRows, int peers, int cidrsV4, int cidrsV6, int rules) {}

    /** True when the tables already are what they are to be. */
    public boolean isEmpty() {
        return rows.isEmpty()
                && staleRows.isEmpty()
                && peers.isEmpty()
                && stalePeers.isEmpty()
                && cidrs.isEmpty()
                && staleCidrs.isEmpty()
                && words.isEmpty()
                && staleEndpoints.isEmpty();
    }

    /** What to write and remove between two states; {@code before} is what the tables hold. */
    public static StateDiff between(final CompiledState before, final CompiledState after) {
        final Map<PolicyKey, PolicyRow> rows = new LinkedHashMap<>();
        final List<PolicyKey> staleRows = new ArrayList<>();
        final Set<Integer> extended = new TreeSet<>();
        compareRows(before, after, rows, staleRows, extended);
        final PrefixIndex<Integer> cidrsBefore = new PrefixIndex<>(before.cidrs());
        // Mostly nothing about blocks has changed: then one index does for both.
        final PrefixIndex<Integer> cidrsAfter =
                before.cidrs().equals(after.cidrs())
                        ? cidrsBefore
                        : new PrefixIndex<>(after.cidrs());
        final Map<Integer, EndpointPolicy> words = new TreeMap<>(after.endpoints());
        words.entrySet()
                .removeIf(word -> word.getValue().equals(before.endpoints().get(word.getKey())));
        final Set<Integer> staleEndpoints = new TreeSet<>(before.endpoints().keySet());
        staleEndpoints.removeAll(after.endpoints().keySet());
        return new StateDiff(
                rows,
                staleRows,
                extended,
                peers(before, after, cidrsBefore, cidrsAfter),
                gone(before.peers().keySet(), after.peers().keySet()),
                cidrs(before, after, cidrsBefore, cidrsAfter),
                gone(before.cidrs().keySet(), after.cidrs().keySet()),
                words,
                staleEndpoints,
                need(before, after, rows.size()));
    }

    private static void compareRows(
            final CompiledState before,
            final CompiledState after,
            final Map<PolicyKey, PolicyRow> rows,
            final List<PolicyKey> staleRows,
            final Set<Integer> extended) {
        before.policies()
                .forEach(
                        (number, policy) -> {
                            if (!after.policies().containsKey(number)) {
                                staleRows.addAll(policy.rows().keySet());
                            }
                        });
        after.policies()
                .forEach(
                        (number, policy) -> {
                            final CompiledPolicy old = before.policies().get(number);
                            if (old == null) {
                                rows.putAll(policy.rows());
                            } else if (old != policy) {
                                final int size = rows.size();
                                compare(old, policy, before, after, rows, staleRows);
                                if (rows.size() > size) {
                                    extended.add(number);
                                }
                            }
                        });
    }

    private static void compare(
            final CompiledPolicy old,
            final CompiledPolicy policy,
            final CompiledState before,
            final CompiledState after,
            final Map<PolicyKey, PolicyRow> rows,
            final List<PolicyKey> staleRows) {
        policy.rows()
                .forEach(
                        (key, row) -> {
                            if (!row.equals(old.rows().get(key))) {
                                check(key, before);
                                rows.put(key, row);
                            }
                        });
        old.rows()
                .keySet()
                .forEach(
                        key -> {
                            if (!policy.rows().containsKey(key)) {
                                check(key, after);
                                staleRows.add(key);
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

    private static Map<IpAddress, Change> peers(
            final CompiledState before,
            final CompiledState after,
            final PrefixIndex<Integer> cidrsBefore,
            final PrefixIndex<Integer> cidrsAfter) {
        final Map<IpAddress, Change> changes = new TreeMap<>();
        for (final IpAddress address : both(before.peers().keySet(), after.peers().keySet())) {
            final Integer old = before.peers().get(address);
            final Integer now = after.peers().get(address);
            final int owner = after.owners().getOrDefault(address, 0);
            if (old == null
                    || !old.equals(now)
                    || owner != before.owners().getOrDefault(address, 0)) {
                changes.put(
                        address,
                        new Change(
                                now != null ? now : world(cidrsAfter, address),
                                old != null ? old : world(cidrsBefore, address),
                                owner));
            }
        }
        return changes;
    }

    private static int world(final PrefixIndex<Integer> cidrs, final IpAddress address) {
        return cidrs.longest(address).orElse(IdentityInfo.WORLD);
    }

    /**
     * A prefix that is new gave so far what the next wider old one gives; one that goes will give
     * what the next wider new one gives. Narrower prefixes keep their own entries.
     */
    private static Map<IpPrefix, Change> cidrs(
            final CompiledState before,
            final CompiledState after,
            final PrefixIndex<Integer> cidrsBefore,
            final PrefixIndex<Integer> cidrsAfter) {
        final Map<IpPrefix, Change> changes = new TreeMap<>();
        after.cidrs()
                .forEach(
                        (prefix, now) -> {
                            final Integer old = before.cidrs().get(prefix);
                            if (!now.equals(old)) {
                                final int then =
                                        old != null
                                                ? old
                                                : cidrsBefore
                                                        .wider(prefix)
                                                        .orElse(IdentityInfo.WORLD);
                                changes.put(prefix, new Change(now, then, 0));
                            }
                        });
        before.cidrs()
                .forEach(
                        (prefix, old) -> {
                            if (!after.cidrs().containsKey(prefix)) {
                                final int now = cidrsAfter.wider(prefix).orElse(IdentityInfo.WORLD);
                                changes.put(prefix, new Change(now, old, 0));
                            }
                        });
        return changes;
    }

    private static Need need(
            final CompiledState before, final CompiledState after, final int rows) {
        int cidrsV4 = 0;
        int cidrsV6 = 0;
        for (final IpPrefix prefix : before.cidrs().keySet()) {
            cidrsV4 += prefix.isIpv4() ? 1 : 0;
            cidrsV6 += prefix.isIpv4() ? 0 : 1;
        }
        for (final IpPrefix prefix : after.cidrs().keySet()) {
            if (!before.cidrs().containsKey(prefix)) {
                cidrsV4 += prefix.isIpv4() ? 1 : 0;
                cidrsV6 += prefix.isIpv4() ? 0 : 1;
            }
        }
        return new Need(
                before.policies().values().stream().mapToInt(policy -> policy.rows().size()).sum()
                        + rows,
                both(before.peers().keySet(), after.peers().keySet()).size(),
                cidrsV4,
                cidrsV6,
                after.rules().keySet().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    private static <T> Set<T> both(final Collection<T> some, final Collection<T> others) {
        final Set<T> both = new HashSet<>(some);
        both.addAll(others);
        return both;
    }

    private static <T extends Comparable<T>> List<T> gone(final Set<T> before, final Set<T> after) {
        return before.stream().filter(key -> !after.contains(key)).sorted().toList();
    }
}
