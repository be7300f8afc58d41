package dev.weir.controller.compile;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** What to write and remove between two states; {@code before} is what the tables hold. */
    public static StateDiff between(final CompiledState before, final CompiledState after) {
        throw new UnsupportedOperationException("not yet");
    }
}
