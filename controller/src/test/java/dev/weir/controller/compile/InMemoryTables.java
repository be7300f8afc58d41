package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The datapath's tables as maps, changed by diffs in the order in which the applier does it. */
final class InMemoryTables {
    final Map<PolicyKey, PolicyRow> rows = new HashMap<>();
    final Map<IpAddress, PeerRow> peers = new HashMap<>();
    final Map<IpPrefix, PeerRow> cidrs = new HashMap<>();
    final Map<Integer, EndpointPolicy[]> words = new TreeMap<>();
    int revision = 1;

    /** Everything that is written while the old revision is in force. */
    void prepare(final StateDiff diff) {
        final int next = revision + 1;
        rows.putAll(diff.rows());
        diff.peers().forEach((address, change) -> peers.put(address, change.row(next)));
        diff.cidrs().forEach((prefix, change) -> cidrs.put(prefix, change.row(next)));
        words.values().forEach(pair -> pair[next & 1] = pair[revision & 1]);
        diff.words()
                .forEach(
                        (number, word) ->
                                words.computeIfAbsent(
                                                        number,
                                                        key ->
                                                                new EndpointPolicy[] {
                                                                    EndpointPolicy.OPEN,
                                                                    EndpointPolicy.OPEN
                                                                })[next & 1] =
                                        word);
    }

    /** The one store. */
    void commit() {
        revision++;
    }

    /** What is removed after the grace period. */
    void clean(final StateDiff diff) {
        diff.staleRows().forEach(rows::remove);
        diff.stalePeers().forEach(peers::remove);
        diff.staleCidrs().forEach(cidrs::remove);
        diff.staleEndpoints().forEach(words::remove);
    }

    /** What a packet sees now, in the form that {@link RowLookup} reads. */
    CompiledState view(final CompiledState names) {
        final Map<Integer, Map<PolicyKey, PolicyRow>> byNumber = new TreeMap<>();
        rows.forEach(
                (key, row) ->
                        byNumber.computeIfAbsent(key.policy(), number -> new LinkedHashMap<>())
                                .put(key, row));
        final Map<Integer, CompiledPolicy> policies = new TreeMap<>();
        byNumber.forEach(
                (number, table) -> policies.put(number, new CompiledPolicy(number, table)));
        final Map<IpPrefix, Integer> prefixes = new HashMap<>();
        cidrs.forEach((prefix, row) -> prefixes.put(prefix, identity(row)));
        final Map<IpAddress, Integer> addresses = new HashMap<>();
        peers.forEach((address, row) -> addresses.put(address, identity(row)));
        final Map<Integer, EndpointPolicy> current = new TreeMap<>();
        words.forEach((number, pair) -> current.put(number, pair[revision & 1]));
        return new CompiledState(
                names.identityByEndpoint(),
                addresses,
                names.owners(),
                prefixes,
                policies,
                current,
                names.rules(),
                names.identities(),
                names.numbering());
    }

    /** Nothing of an earlier state is left, nothing is missing. */
    void assertHoldExactly(final CompiledState state) {
        final Map<PolicyKey, PolicyRow> wanted = new HashMap<>();
        state.policies().values().forEach(policy -> wanted.putAll(policy.rows()));
        assertThat(rows).isEqualTo(wanted);
        final CompiledState seen = view(state);
        assertThat(seen.peers()).isEqualTo(state.peers());
        assertThat(seen.cidrs()).isEqualTo(state.cidrs());
        assertThat(seen.endpoints()).isEqualTo(state.endpoints());
    }

    private int identity(final PeerRow row) {
        return revision - row.sinceRevision() >= 0 ? row.identity() : row.previousIdentity();
    }
}
