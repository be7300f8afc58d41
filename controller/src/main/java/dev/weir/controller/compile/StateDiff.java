package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.identity.PrefixIndex;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
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
        final RowDiff rows = new RowDiff(before, after);
        final PrefixIndex<Integer> cidrsBefore = new PrefixIndex<>(before.cidrs());
        // Mostly nothing about blocks has changed: then one index does for both.
        final PrefixIndex<Integer> cidrsAfter =
                before.cidrs() == after.cidrs() ? cidrsBefore : new PrefixIndex<>(after.cidrs());
        final Map<Integer, EndpointPolicy> words = new TreeMap<>();
        final Set<Integer> staleEndpoints = new TreeSet<>();
        compare(
                before.endpoints(),
                after.endpoints(),
                (number, old, word) -> {
                    if (word == null) {
                        staleEndpoints.add(number);
                    } else {
                        words.put(number, word);
                    }
                });
        final Map<IpAddress, Change> peers = peers(before, after, cidrsBefore, cidrsAfter);
        final Map<IpPrefix, Change> cidrs = cidrs(before, after, cidrsBefore, cidrsAfter);
        return new StateDiff(
                rows.written(),
                rows.stale(),
                rows.extended(),
                peers,
                gone(peers.keySet(), after.peers()),
                cidrs,
                gone(cidrs.keySet(), after.cidrs()),
                words,
                staleEndpoints,
                need(before, after, rows.written().size(), peers.keySet(), cidrs.keySet()));
    }

    private static <K extends Comparable<? super K>, V> void compare(
            final Map<K, V> before,
            final Map<K, V> after,
            final ArrayMap.Difference<K, V> difference) {
        ArrayMap.compare(ArrayMap.copyOf(before), ArrayMap.copyOf(after), difference);
    }

    private static Map<IpAddress, Change> peers(
            final CompiledState before,
            final CompiledState after,
            final PrefixIndex<Integer> cidrsBefore,
            final PrefixIndex<Integer> cidrsAfter) {
        final Set<IpAddress> changed = new TreeSet<>();
        compare(before.peers(), after.peers(), (address, old, now) -> changed.add(address));
        compare(before.owners(), after.owners(), (address, old, now) -> changed.add(address));
        final Map<IpAddress, Change> changes = new TreeMap<>();
        for (final IpAddress address : changed) {
            final Integer old = before.peers().get(address);
            final Integer now = after.peers().get(address);
            changes.put(
                    address,
                    new Change(
                            now != null ? now : world(cidrsAfter, address),
                            old != null ? old : world(cidrsBefore, address),
                            after.owners().getOrDefault(address, 0)));
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
        compare(
                before.cidrs(),
                after.cidrs(),
                (prefix, old, now) ->
                        changes.put(
                                prefix,
                                new Change(
                                        now != null ? now : wider(cidrsAfter, prefix),
                                        old != null ? old : wider(cidrsBefore, prefix),
                                        0)));
        return changes;
    }

    private static int wider(final PrefixIndex<Integer> cidrs, final IpPrefix prefix) {
        return cidrs.wider(prefix).orElse(IdentityInfo.WORLD);
    }

    private static Need need(
            final CompiledState before,
            final CompiledState after,
            final int rows,
            final Set<IpAddress> peers,
            final Set<IpPrefix> cidrs) {
        int cidrsV4 = before.prefixes(true);
        int cidrsV6 = before.prefixes(false);
        for (final IpPrefix prefix : cidrs) {
            if (!before.cidrs().containsKey(prefix)) {
                cidrsV4 += prefix.isIpv4() ? 1 : 0;
                cidrsV6 += prefix.isIpv4() ? 0 : 1;
            }
        }
        int addresses = before.peers().size();
        for (final IpAddress address : peers) {
            addresses += before.peers().containsKey(address) ? 0 : 1;
        }
        return new Need(before.rows() + rows, addresses, cidrsV4, cidrsV6, after.highestRule());
    }

    private static <K> List<K> gone(final Set<K> changed, final Map<K, ?> after) {
        return changed.stream().filter(key -> !after.containsKey(key)).toList();
    }
}
