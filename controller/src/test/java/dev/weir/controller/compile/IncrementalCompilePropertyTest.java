package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random histories of changes: what takes over parts of the last compile is what is made from
 * scratch, and what it writes is what a comparison of everything would write.
 */
class IncrementalCompilePropertyTest {
    @Provide
    Arbitrary<List<List<Change>>> histories() {
        // Mostly one change at a time; several are one request for many objects.
        final Arbitrary<List<Change>> several =
                Scenarios.changes().list().ofMinSize(1).ofMaxSize(6);
        return Arbitraries.oneOf(Scenarios.changes().map(List::of), several)
                .list()
                .ofMinSize(2)
                .ofMaxSize(30);
    }

    /** A few numbers only: they run out, and come round again. */
    @Provide
    Arbitrary<Integer> capacities() {
        return Arbitraries.of(PolicyCompiler.RULE_CAPACITY, 12, 4);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void shouldMakeWhatACompileFromScratchMakes(
            @ForAll("histories") final List<List<Change>> history,
            @ForAll("capacities") final int capacity) {
        final Desired desired = new Desired();
        final InMemoryTables tables = new InMemoryTables();
        Compilation before = Compilation.EMPTY;
        for (final List<Change> changes : history) {
            changes.forEach(change -> change.make().accept(desired));
            final DesiredState wanted = desired.state();
            final Compilation after = PolicyCompiler.compile(wanted, before, capacity);
            final CompiledState scratch = PolicyCompiler.compile(wanted, before.state(), capacity);

            assertThat(after.state()).isEqualTo(scratch);
            final StateDiff diff = StateDiff.between(before.state(), after.state());
            assertThat(diff).isEqualTo(StateDiff.between(before.state(), scratch));
            tables.prepare(diff);
            tables.commit();
            tables.clean(diff);
            tables.assertHoldExactly(after.state());
            before = after;
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void shouldNeitherWriteNorMakeAnythingWhereNothingChanges(
            @ForAll("histories") final List<List<Change>> history) {
        final Desired desired = new Desired();
        Compilation before = Compilation.EMPTY;
        for (final List<Change> changes : history) {
            changes.forEach(change -> change.make().accept(desired));
            final Compilation once = compile(desired, before);
            final Compilation twice = compile(desired, once);

            assertThat(StateDiff.between(once.state(), twice.state()).isEmpty()).isTrue();
            assertThat(twice.state().cidrs()).isSameAs(once.state().cidrs());
            assertThat(twice.state().rules()).isSameAs(once.state().rules());
            assertThat(twice.state().identities()).isSameAs(once.state().identities());
            twice.state()
                    .policies()
                    .forEach(
                            (number, policy) ->
                                    assertThat(policy)
                                            .isSameAs(once.state().policies().get(number)));
            before = twice;
        }
    }

    private static Compilation compile(final Desired desired, final Compilation before) {
        return PolicyCompiler.compile(desired.state(), before, PolicyCompiler.RULE_CAPACITY);
    }
}
