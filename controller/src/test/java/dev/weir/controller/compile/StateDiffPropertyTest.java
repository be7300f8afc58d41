package dev.weir.controller.compile;

import static dev.weir.controller.compile.CompilerPropertyTest.judge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random histories: every step may be watched at any moment, and nothing is left behind. */
class StateDiffPropertyTest {
    /** A state and packets for it. */
    record Step(DesiredState desired, List<Packet> packets) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return Scenarios.histories()
                .flatMap(
                        states -> {
                            final Set<IpAddress> edges = new HashSet<>();
                            states.forEach(state -> edges.addAll(Scenarios.edges(state)));
                            return steps(states, List.copyOf(edges));
                        });
    }

    private static Arbitrary<List<Step>> steps(
            final List<DesiredState> states, final List<IpAddress> edges) {
        Arbitrary<List<Step>> steps = Arbitraries.just(List.of());
        for (final DesiredState state : states) {
            final Arbitrary<List<Packet>> packets =
                    state.endpoints().isEmpty()
                            ? Arbitraries.just(List.of())
                            : Scenarios.packets(state, edges).list().ofSize(30);
            steps =
                    steps.flatMap(
                            list ->
                                    packets.map(
                                            some -> {
                                                final List<Step> longer = new ArrayList<>(list);
                                                longer.add(new Step(state, some));
                                                return longer;
                                            }));
        }
        return steps;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldShowTheOldStateUntilTheRevisionAndTheNewOneFromThenOn(
            @ForAll("histories") final List<Step> history) {
        final InMemoryTables tables = new InMemoryTables();
        CompiledState before = CompiledState.EMPTY;
        Step last = new Step(DesiredState.EMPTY, List.of());
        for (final Step step : history) {
            final CompiledState after = PolicyCompiler.compile(step.desired, before);
            final StateDiff diff = StateDiff.between(before, after);
            assertSees(tables, before, last);
            tables.prepare(diff);
            assertSees(tables, before, last);
            assertThat(diff.need().policyRows()).isEqualTo(tables.rows.size());
            assertThat(diff.need().peers()).isEqualTo(tables.peers.size());
            assertThat(diff.need().cidrsV4() + diff.need().cidrsV6())
                    .isEqualTo(tables.cidrs.size());
            tables.commit();
            assertSees(tables, after, step);
            tables.clean(diff);
            assertSees(tables, after, step);
            tables.assertHoldExactly(after);
            before = after;
            last = step;
        }
    }

    private static void assertSees(
            final InMemoryTables tables, final CompiledState names, final Step step) {
        final RowLookup lookup = new RowLookup(tables.view(names), step.desired.hostPolicy());
        final NaiveEvaluator naive = new NaiveEvaluator(step.desired);
        for (final Packet packet : step.packets) {
            assertThat(judge(names, lookup, packet))
                    .as("%s", packet)
                    .isEqualTo(naive.judge(packet));
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverGiveAnOldNumberANewMeaning(@ForAll("histories") final List<Step> history) {
        CompiledState before = CompiledState.EMPTY;
        for (final Step step : history) {
            final CompiledState after = PolicyCompiler.compile(step.desired, before);
            assertThat(PolicyCompiler.compile(step.desired, before)).isEqualTo(after);
            assertThat(PolicyCompiler.compile(step.desired, after).policies())
                    .isEqualTo(after.policies());
            for (final Map.Entry<Integer, IdentityInfo> identity : after.identities().entrySet()) {
                final IdentityInfo old = before.identities().get(identity.getKey());
                assertThat(old == null ? identity.getValue() : old).isEqualTo(identity.getValue());
            }
            assertOldPeersSeeTheSame(before, after);
            before = after;
        }
    }

    /** In a number that stays, rows of identities on both sides and of any peer are the same. */
    private static void assertOldPeersSeeTheSame(
            final CompiledState before, final CompiledState after) {
        after.policies()
                .forEach(
                        (number, policy) -> {
                            final CompiledPolicy old = before.policies().get(number);
                            if (old != null) {
                                assertThat(common(policy, before, after))
                                        .isEqualTo(common(old, before, after));
                            }
                        });
        for (final EndpointPolicy word : after.endpoints().values()) {
            assertThat(word.policy() == 0).isEqualTo(word.equals(EndpointPolicy.OPEN));
        }
    }

    private static Map<PolicyKey, PolicyRow> common(
            final CompiledPolicy policy, final CompiledState before, final CompiledState after) {
        final Map<PolicyKey, PolicyRow> rows = new HashMap<>(policy.rows());
        rows.keySet()
                .removeIf(
                        key ->
                                key.identity() != IdentityInfo.ANY
                                        && !(before.identities().containsKey(key.identity())
                                                && after.identities().containsKey(key.identity())));
        return rows;
    }
}
