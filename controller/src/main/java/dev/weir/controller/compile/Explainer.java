package dev.weir.controller.compile;

import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Answers what would become of a packet, from the rows that the kernel holds. */
public final class Explainer {
    private final CompiledState compiled;
    private final DesiredState desired;
    private final RowLookup lookup;
    private final VerdictQuery query;

    private Explainer(
            final CompiledState compiled, final DesiredState desired, final VerdictQuery query) {
        this.compiled = compiled;
        this.desired = desired;
        this.lookup = new RowLookup(compiled, desired.hostPolicy());
        this.query = query;
    }

    /**
     * Containers that do not exist are compiled in on the side, as if they were attached.
     *
     * @param compiled what is in force
     * @param desired what {@code compiled} was made of
     * @throws IllegalArgumentException if the query names an endpoint that does not exist
     */
    public static VerdictAnswer explain(
            final CompiledState compiled, final DesiredState desired, final VerdictQuery query) {
        final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>(desired.endpoints());
        final VerdictQuery real =
                new VerdictQuery(
                        attach(query.from(), "from", endpoints),
                        attach(query.to(), "to", endpoints),
                        query.protocol(),
                        query.port());
        if (endpoints.size() == desired.endpoints().size()) {
            return new Explainer(compiled, desired, real).answer();
        }
        final DesiredState supposed =
                new DesiredState(
                        desired.policies(),
                        desired.clusterPolicies(),
                        desired.namespaces(),
                        endpoints,
                        desired.hostAddresses(),
                        desired.hostPolicy());
        return new Explainer(PolicyCompiler.compile(supposed, compiled), supposed, real).answer();
    }

    private static VerdictQuery.Party attach(
            final VerdictQuery.Party party,
            final String field,
            final SortedMap<Integer, EndpointSpec> endpoints) {
        if (party instanceof VerdictQuery.LabelsParty supposed) {
            final int number = endpoints.isEmpty() ? 1 : endpoints.lastKey() + 1;
            endpoints.put(
                    number,
                    new EndpointSpec(
                            number,
                            supposed.namespace(),
                            "",
                            supposed.labels(),
                            supposed.ports(),
                            List.of()));
            return new VerdictQuery.EndpointParty(number);
        }
        if (party instanceof VerdictQuery.EndpointParty real
                && !endpoints.containsKey(real.number())) {
            throw new IllegalArgumentException(
                    field + ": endpoint " + real.number() + " (expected: one that is attached)");
        }
        return party;
    }

    private VerdictAnswer answer() {
        final Actor from = Actor.of(query.from(), compiled, desired);
        final Actor to = Actor.of(query.to(), compiled, desired);
        final Optional<VerdictAnswer.Side> egress =
                from.endpoint().map(own -> judge(own, Direction.EGRESS, from, to));
        final Optional<VerdictAnswer.Side> ingress =
                to.endpoint().map(own -> judge(own, Direction.INGRESS, to, from));
        final List<Verdict> verdicts =
                Stream.of(egress, ingress)
                        .flatMap(Optional::stream)
                        .map(VerdictAnswer.Side::verdict)
                        .toList();
        final Verdict verdict =
                verdicts.contains(Verdict.DENIED)
                        ? Verdict.DENIED
                        : verdicts.contains(Verdict.AUDIT) ? Verdict.AUDIT : Verdict.ALLOWED;
        return new VerdictAnswer(verdict, egress, ingress);
    }

    private VerdictAnswer.Side judge(
            final EndpointSpec own, final Direction direction, final Actor self, final Actor peer) {
        if (peer.endpoint().filter(other -> other.number() == own.number()).isPresent()) {
            return new VerdictAnswer.Side(
                    direction,
                    Verdict.ALLOWED,
                    Reason.NOT_ISOLATED,
                    Optional.empty(),
                    List.of(),
                    "itself",
                    "a container cannot be cut off from itself");
        }
        final int identity =
                peer.seenFrom(self)
                        .map(lookup::identity)
                        .orElseGet(
                                () ->
                                        compiled.identityByEndpoint()
                                                .get(peer.endpoint().get().number()));
        final RowLookup.Decision decision =
                lookup.decide(own.number(), direction, identity, query.protocol(), query.port());
        final Optional<RuleRef> rule = Optional.ofNullable(compiled.rules().get(decision.rule()));
        final List<String> isolatedBy = isolatedBy(own, direction);
        final String words = peer.words(compiled.identities().get(identity));
        return new VerdictAnswer.Side(
                direction,
                decision.verdict(),
                decision.reason(),
                rule,
                isolatedBy,
                words,
                message(own, direction, decision, rule, isolatedBy, words));
    }

    /**
     * The policies that deny what none of them allows; audited ones only if there are no others.
     */
    private List<String> isolatedBy(final EndpointSpec own, final Direction direction) {
        final List<NetworkPolicy> selecting = new ArrayList<>();
        for (final NetworkPolicy policy : desired.policies().values()) {
            if (policy.meta().namespace().equals(own.namespace())
                    && policy.spec().policyTypes().contains(direction)
                    && policy.spec().podSelector().matches(own.labels())) {
                selecting.add(policy);
            }
        }
        final List<NetworkPolicy> enforcing =
                selecting.stream().filter(policy -> !policy.audit()).toList();
        return (enforcing.isEmpty() ? selecting : enforcing)
                .stream().map(NetworkPolicy::key).toList();
    }

    private String message(
            final EndpointSpec own,
            final Direction direction,
            final RowLookup.Decision decision,
            final Optional<RuleRef> rule,
            final List<String> isolatedBy,
            final String peer) {
        final String word = direction.name().toLowerCase(Locale.ROOT);
        final String traffic =
                TrafficText.of(query.protocol(), query.port())
                        + (direction == Direction.INGRESS ? " from " : " to ")
                        + peer;
        final String by = String.join(", ", isolatedBy);
        return switch (decision.reason()) {
            case HOST -> "traffic between a container and its own node always passes";
            case NOT_ISOLATED -> "no policy isolates " + Actor.name(own) + " for " + word;
            case POLICY ->
                    rule.map(ref -> ref.namespace() + "/" + ref.name() + " " + ref.description())
                                    .orElse("a rule")
                            + " allows "
                            + traffic;
            case AUDIT -> "passes, but the audited policies " + by + " would deny " + traffic;
            case NO_RULE ->
                    Actor.name(own)
                            + " is isolated for "
                            + word
                            + " by "
                            + by
                            + ", and no rule allows "
                            + traffic;
            default -> decision.reason().text();
        };
    }
}
