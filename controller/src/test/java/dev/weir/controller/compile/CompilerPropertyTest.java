package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Reason;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** The rows say what the policies say: 60,000 random decisions against {@link NaiveEvaluator}. */
class CompilerPropertyTest {
    private static final int PACKETS = 100;
    private static final List<Reason> REASONS =
            List.of(Reason.POLICY, Reason.NO_RULE, Reason.AUDIT, Reason.NOT_ISOLATED, Reason.HOST);

    /** A state and packets for it. */
    record Case(DesiredState desired, List<Packet> packets) {}

    @Provide
    Arbitrary<Case> cases() {
        return Scenarios.tieredStates()
                .flatMap(
                        desired ->
                                Scenarios.packets(desired)
                                        .list()
                                        .ofSize(PACKETS)
                                        .map(packets -> new Case(desired, packets)));
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void shouldDecideEveryPacketAsThePoliciesSay(@ForAll("cases") final Case tried) {
        final CompiledState compiled = PolicyCompiler.compile(tried.desired, CompiledState.EMPTY);
        final RowLookup lookup = new RowLookup(compiled, tried.desired.hostPolicy());
        final NaiveEvaluator naive = new NaiveEvaluator(tried.desired);
        for (final Packet packet : tried.packets) {
            final NaiveEvaluator.Judgement expected = naive.judge(packet);
            assertThat(judge(compiled, lookup, packet)).as("%s", packet).isEqualTo(expected);
            Statistics.label("reason").collect(expected.reason());
        }
        Statistics.label("reason")
                .coverage(
                        coverage -> {
                            for (final Reason reason : REASONS) {
                                coverage.check(reason).percentage(share -> share > 2);
                            }
                        });
    }

    static NaiveEvaluator.Judgement judge(
            final CompiledState compiled, final RowLookup lookup, final Packet packet) {
        final RowLookup.Decision decision =
                lookup.decide(
                        packet.endpoint(),
                        packet.direction(),
                        packet.remote(),
                        packet.protocol(),
                        packet.port());
        final RuleRef rule = compiled.rules().get(decision.rule());
        return new NaiveEvaluator.Judgement(
                decision.verdict(),
                decision.reason(),
                rule == null ? "" : rule.policy() + " " + rule.index());
    }
}
