package dev.weir.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NaiveEvaluator;
import dev.weir.controller.compile.Packet;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.compile.Scenarios;
import dev.weir.controller.explain.VerdictAnswer.RuleCheck;
import dev.weir.controller.explain.VerdictAnswer.Side;
import dev.weir.controller.explain.VerdictQuery.AddressParty;
import dev.weir.controller.explain.VerdictQuery.EndpointParty;
import dev.weir.controller.explain.VerdictQuery.LabelsParty;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * What is explained is what is decided: verdict, reason and rule against {@link NaiveEvaluator},
 * the words about each rule against the rule that decided, and supposed containers and absent
 * policies against states in which they really are there or gone.
 */
class ExplainerPropertyTest {
    private static final int PACKETS = 20;

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

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldExplainWhatIsDecided(@ForAll("cases") final Case tried) {
        final CompiledState compiled = PolicyCompiler.compile(tried.desired, CompiledState.EMPTY);
        for (final Packet packet : tried.packets) {
            final Side side = side(compiled, tried.desired, packet);
            assertThat(judgement(side)).as("%s", packet).isEqualTo(naive(tried.desired, packet));
            checkRules(side);
            Statistics.label("reason").collect(side.reason());
        }
        Statistics.label("reason")
                .coverage(
                        coverage -> {
                            for (final Reason reason :
                                    List.of(
                                            Reason.POLICY,
                                            Reason.NO_RULE,
                                            Reason.AUDIT,
                                            Reason.NOT_ISOLATED,
                                            Reason.HOST)) {
                                coverage.check(reason).percentage(share -> share > 2);
                            }
                            coverage.check(Reason.DENY_RULE).count(count -> count > 0);
                        });
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void shouldKnowWhatWouldBeWithoutAPolicy(@ForAll("cases") final Case tried) {
        final CompiledState compiled = PolicyCompiler.compile(tried.desired, CompiledState.EMPTY);
        for (final Packet packet : tried.packets) {
            for (final VerdictAnswer.Without without :
                    side(compiled, tried.desired, packet).without()) {
                final NaiveEvaluator.Judgement expected =
                        naive(less(tried.desired, without.policy()), packet);
                assertThat(without.verdict()).as("%s", packet).isEqualTo(expected.verdict());
                assertThat(without.reason()).as("%s", packet).isEqualTo(expected.reason());
                Statistics.label("verdict").collect(without.verdict());
            }
        }
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void shouldJudgeASupposedContainerAsOneThatIsThere(@ForAll("cases") final Case tried) {
        for (final Packet packet : tried.packets) {
            final EndpointSpec own = tried.desired.endpoints().get(packet.endpoint());
            final DesiredState before = gone(tried.desired, packet.endpoint());
            final LabelsParty supposed =
                    new LabelsParty(own.namespace(), own.labels(), own.ports(), own.addresses());
            final VerdictAnswer answer =
                    Explainer.explain(
                            PolicyCompiler.compile(before, CompiledState.EMPTY),
                            before,
                            query(packet, supposed));
            if (own.addresses().contains(packet.remote())) {
                continue; // To itself: nobody else can be supposed to be it.
            }
            final Optional<Side> side =
                    packet.direction() == Direction.INGRESS ? answer.ingress() : answer.egress();
            assertThat(answer.supposed()).isTrue();
            assertThat(judgement(side.orElseThrow()))
                    .as("%s", packet)
                    .isEqualTo(naive(tried.desired, packet));
        }
    }

    private static Side side(
            final CompiledState compiled, final DesiredState desired, final Packet packet) {
        final VerdictAnswer answer =
                Explainer.explain(
                        compiled, desired, query(packet, new EndpointParty(packet.endpoint())));
        return (packet.direction() == Direction.INGRESS ? answer.ingress() : answer.egress())
                .orElseThrow();
    }

    private static VerdictQuery query(final Packet packet, final VerdictQuery.Party own) {
        final AddressParty remote = new AddressParty(packet.remote());
        return packet.direction() == Direction.INGRESS
                ? new VerdictQuery(remote, own, packet.protocol(), packet.port())
                : new VerdictQuery(own, remote, packet.protocol(), packet.port());
    }

    private static NaiveEvaluator.Judgement judgement(final Side side) {
        return new NaiveEvaluator.Judgement(
                side.verdict(),
                side.reason(),
                side.rule().map(ExplainerPropertyTest::rule).orElse(""));
    }

    private static String rule(final RuleRef rule) {
        return rule.policy() + " " + rule.index();
    }

    private static NaiveEvaluator.Judgement naive(final DesiredState desired, final Packet packet) {
        return new NaiveEvaluator(desired).judge(packet);
    }

    /** The rule that decided is said to match, and where none did, no enforced one is. */
    private static void checkRules(final Side side) {
        if (side.rule().filter(rule -> rule.index() >= 0).isPresent()) {
            final RuleRef rule = side.rule().get();
            final RuleCheck check =
                    side.rules().stream()
                            .filter(each -> each.kind().equals(rule.kind()))
                            .filter(each -> each.policy().equals(rule.policy()))
                            .filter(each -> each.rule().equals(rule.description()))
                            .findFirst()
                            .orElseThrow();
            assertThat(check.matched()).isPresent();
            assertThat(side.decided()).isPresent();
        } else if (side.reason() == Reason.NO_RULE || side.reason() == Reason.NOT_ISOLATED) {
            assertThat(side.rules())
                    .filteredOn(rule -> rule.tier().equals("NetworkPolicy") && !rule.audit())
                    .allSatisfy(rule -> assertThat(rule.mismatch()).isPresent());
            assertThat(side.rules())
                    .filteredOn(rule -> !rule.words().startsWith("Pass") && !rule.audit())
                    .filteredOn(rule -> rule.tier().equals("Baseline"))
                    .filteredOn(rule -> side.rules().stream().noneMatch(PASS))
                    .allSatisfy(rule -> assertThat(rule.mismatch()).isPresent());
        }
    }

    private static final Predicate<RuleCheck> PASS =
            rule -> rule.words().startsWith("Pass") && rule.mismatch().isEmpty();

    private static DesiredState less(final DesiredState desired, final String policy) {
        final TreeMap<String, NetworkPolicy> policies = new TreeMap<>(desired.policies());
        final TreeMap<String, ClusterNetworkPolicy> clusterPolicies =
                new TreeMap<>(desired.clusterPolicies());
        policies.remove(policy);
        clusterPolicies.remove(policy);
        return new DesiredState(
                policies,
                clusterPolicies,
                desired.namespaces(),
                desired.endpoints(),
                desired.hostAddresses(),
                desired.hostPolicy());
    }

    private static DesiredState gone(final DesiredState desired, final int endpoint) {
        final TreeMap<Integer, EndpointSpec> endpoints = new TreeMap<>(desired.endpoints());
        endpoints.remove(endpoint);
        return new DesiredState(
                desired.policies(),
                desired.clusterPolicies(),
                desired.namespaces(),
                endpoints,
                desired.hostAddresses(),
                desired.hostPolicy());
    }
}
