package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledPolicy;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.Numbering;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the pinned tables hold, as if it had been compiled. */
final class KernelState {
    private KernelState() {}

    /**
     * Reads all tables. Rows that wait for a revision that never came are put back first, so that
     * the next one does not bring them into force.
     *
     * @param numbers endpoint numbers with a record
     */
    static CompiledState read(
            final Datapath datapath, final Set<Integer> numbers, final Numbering numbering) {
        final int revision = datapath.control().revision();
        final Map<IpAddress, PeerRow> peerRows = datapath.peers().readAll();
        final Map<IpPrefix, PeerRow> cidrRows = datapath.cidrs().readAll();
        datapath.peers().putAll(unfinished(peerRows, revision));
        datapath.cidrs().putAll(unfinished(cidrRows, revision));
        final Map<IpAddress, Integer> owners = new HashMap<>();
        peerRows.forEach(
                (address, row) -> {
                    if (row.endpoint() != 0) {
                        owners.put(address, row.endpoint());
                    }
                });
        final Map<Integer, EndpointPolicy> words = new HashMap<>();
        numbers.forEach(number -> words.put(number, datapath.endpoints().policy(number, revision)));
        return new CompiledState(
                Map.of(),
                identities(peerRows, revision),
                owners,
                identities(cidrRows, revision),
                policies(datapath.policies().readAll()),
                words,
                Map.of(),
                Map.of(),
                numbering);
    }

    private static boolean isInForce(final PeerRow row, final int revision) {
        return revision - row.sinceRevision() >= 0;
    }

    private static <K> Map<K, PeerRow> unfinished(final Map<K, PeerRow> rows, final int revision) {
        final Map<K, PeerRow> repaired = new HashMap<>();
        rows.forEach(
                (key, row) -> {
                    if (!isInForce(row, revision)) {
                        final int identity = row.previousIdentity();
                        repaired.put(
                                key, new PeerRow(identity, identity, revision, row.endpoint()));
                    }
                });
        return repaired;
    }

    private static <K> Map<K, Integer> identities(final Map<K, PeerRow> rows, final int revision) {
        final Map<K, Integer> identities = new HashMap<>();
        rows.forEach(
                (key, row) ->
                        identities.put(
                                key,
                                isInForce(row, revision)
                                        ? row.identity()
                                        : row.previousIdentity()));
        return identities;
    }

    private static Map<Integer, CompiledPolicy> policies(final Map<PolicyKey, PolicyRow> rows) {
        final Map<Integer, Map<PolicyKey, PolicyRow>> byNumber = new HashMap<>();
        rows.forEach(
                (key, row) ->
                        byNumber.computeIfAbsent(key.policy(), each -> new HashMap<>())
                                .put(key, row));
        final Map<Integer, CompiledPolicy> policies = new HashMap<>();
        byNumber.forEach((number, each) -> policies.put(number, new CompiledPolicy(number, each)));
        return policies;
    }

    /**
     * True when a policy number means the same in both: rows that both have are equal, and the ones
     * that only one has are about peers that the other does not know. Then writing what is missing
     * changes no verdict in force.
     */
    static boolean agree(final CompiledState held, final CompiledState wanted) {
        final Set<Integer> mapped = new HashSet<>(held.peers().values());
        mapped.addAll(held.cidrs().values());
        mapped.add(IdentityInfo.ANY);
        return wanted.policies().values().stream()
                .filter(policy -> held.policies().containsKey(policy.number()))
                .allMatch(
                        policy -> {
                            final Map<PolicyKey, PolicyRow> there =
                                    held.policies().get(policy.number()).rows();
                            return policy.rows().entrySet().stream()
                                            .allMatch(row -> fits(row, there, mapped))
                                    && there.keySet().stream()
                                            .filter(key -> !policy.rows().containsKey(key))
                                            .allMatch(key -> isUnknown(key, wanted));
                        });
    }

    private static boolean fits(
            final Map.Entry<PolicyKey, PolicyRow> wanted,
            final Map<PolicyKey, PolicyRow> there,
            final Set<Integer> mapped) {
        final PolicyRow row = there.get(wanted.getKey());
        return row == null
                ? !mapped.contains(wanted.getKey().identity())
                : row.equals(wanted.getValue());
    }

    private static boolean isUnknown(final PolicyKey key, final CompiledState wanted) {
        return key.identity() != IdentityInfo.ANY
                && !wanted.identities().containsKey(key.identity());
    }

    /** Numbering that gives every policy a number that the tables do not use. */
    static Numbering apart(final Numbering numbering, final CompiledState held) {
        final int highest =
                held.policies().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        return new Numbering(
                numbering.identities(),
                numbering.rules(),
                Map.of(),
                numbering.nextIdentity(),
                numbering.nextRule(),
                highest + 1);
    }
}
