package dev.weir.controller.explain;

import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.RowLookup;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.explain.VerdictAnswer.RuleCheck;
import dev.weir.controller.explain.VerdictAnswer.Side;
import dev.weir.controller.explain.VerdictAnswer.Without;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One endpoint's judgement on one packet, with its reasons.
 *
 * @param itself the peer is the endpoint too
 */
record SideJudge(
        Direction direction, EndpointSpec own, Actor peer, boolean itself, VerdictQuery query) {
    /** More rules than this are not told one by one. */
    static final int MAX_RULES = 64;

    /** More policies than this are not taken away one by one. */
    static final int MAX_WITHOUT = 16;

    /** What the rows say, and in whose name. */
    private record Judgement(
            RowLookup.Decision decision,
            Optional<RuleRef> rule,
            List<NetworkPolicy> inForce,
            String peer) {}

    Side judge(final World world, final Optional<IpAddress> remote) {
        if (itself) {
            return new Side(
                    own.number(),
                    direction,
                    remote,
                    Verdict.ALLOWED,
                    Reason.NOT_ISOLATED,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    0,
                    List.of(),
                    "itself",
                    "a container cannot be cut off from itself");
        }
        final Judgement judgement = ask(world, remote);
        final List<RuleCheck> checks = checks(world, remote, judgement);
        final List<RuleCheck> told = checks.subList(0, Math.min(MAX_RULES, checks.size()));
        return new Side(
                own.number(),
                direction,
                remote,
                judgement.decision.verdict(),
                judgement.decision.reason(),
                judgement.rule,
                decided(judgement, checks),
                judgement.inForce.stream().map(NetworkPolicy::key).toList(),
                told,
                checks.size() - told.size(),
                without(world, remote, judgement),
                judgement.peer,
                message(judgement, checks));
    }

    private Judgement ask(final World world, final Optional<IpAddress> remote) {
        final int identity =
                remote.map(world.lookup()::identity)
                        .orElseGet(
                                () ->
                                        world.compiled()
                                                .identityByEndpoint()
                                                .get(peer.endpoint().orElseThrow().number()));
        final RowLookup.Decision decision =
                world.lookup()
                        .decide(own.number(), direction, identity, query.protocol(), query.port());
        return new Judgement(
                decision,
                Optional.ofNullable(world.compiled().rules().get(decision.rule())),
                world.inForce(own, direction),
                peer.words(world.compiled().identities().get(identity)));
    }

    private List<RuleCheck> checks(
            final World world, final Optional<IpAddress> remote, final Judgement judgement) {
        if (judgement.decision.reason() == Reason.HOST) {
            return List.of();
        }
        final ClauseMatcher matcher =
                new ClauseMatcher(
                        world.desired(),
                        direction,
                        own,
                        peer.endpoint(),
                        remote,
                        peer.name(),
                        query.protocol(),
                        query.port());
        final List<RuleCheck> checks = new ArrayList<>();
        for (final NetworkPolicy policy : judgement.inForce) {
            Clause.of(policy, direction).forEach(clause -> checks.add(matcher.check(clause)));
        }
        return checks;
    }

    private static Optional<String> decided(
            final Judgement judgement, final List<RuleCheck> checks) {
        return judgement.rule.flatMap(
                rule ->
                        checks.stream()
                                .filter(check -> check.policy().equals(key(rule)))
                                .filter(check -> check.rule().equals(rule.description()))
                                .map(check -> check.rule() + " " + check.words())
                                .findFirst());
    }

    private static String key(final RuleRef rule) {
        return rule.namespace().isEmpty() ? rule.name() : rule.namespace() + "/" + rule.name();
    }

    /** The policies whose absence could change something: the one that decided, or all. */
    private List<Without> without(
            final World world, final Optional<IpAddress> remote, final Judgement judgement) {
        final List<Without> answers = new ArrayList<>();
        final List<String> keys =
                switch (judgement.decision.reason()) {
                    case POLICY, DENY_RULE -> judgement.rule.stream().map(SideJudge::key).toList();
                    case NO_RULE, AUDIT ->
                            judgement.inForce.stream().map(NetworkPolicy::key).toList();
                    default -> List.of();
                };
        for (final String key : keys.subList(0, Math.min(MAX_WITHOUT, keys.size()))) {
            final World rest = World.narrow(world.desired(), own, peer, key);
            final Judgement then = ask(rest, remote);
            answers.add(
                    new Without(
                            NetworkPolicyParser.KIND,
                            key,
                            then.decision.verdict(),
                            then.decision.reason(),
                            message(then, checks(rest, remote, then))));
        }
        return answers;
    }

    private String message(final Judgement judgement, final List<RuleCheck> checks) {
        final String word = direction.name().toLowerCase(Locale.ROOT);
        final String name = Actor.name(own);
        final String traffic =
                TrafficText.of(query.protocol(), query.port())
                        + (direction == Direction.INGRESS ? " from " : " to ")
                        + judgement.peer;
        final String by =
                String.join(", ", judgement.inForce.stream().map(NetworkPolicy::key).toList());
        return switch (judgement.decision.reason()) {
            case HOST -> "traffic between a container and its own node always passes";
            case NOT_ISOLATED -> "no policy isolates " + name + " for " + word;
            case POLICY ->
                    judgement.rule.map(ref -> key(ref) + " " + ref.description()).orElse("a rule")
                            + " allows "
                            + traffic;
            case AUDIT ->
                    "passes, but "
                            + (judgement.inForce.size() == 1
                                    ? "audited policy "
                                    : "the audited policies ")
                            + by
                            + " would deny "
                            + traffic;
            case NO_RULE ->
                    name
                            + " is isolated for "
                            + word
                            + " by "
                            + by
                            + "; "
                            + none(word, checks)
                            + traffic;
            default -> judgement.decision.reason().text();
        };
    }

    private static String none(final String word, final List<RuleCheck> checks) {
        return switch (checks.size()) {
            case 0 -> "there is no " + word + " rule, so nothing allows ";
            case 1 -> "its one " + word + " rule does not allow ";
            default -> "none of the " + checks.size() + " " + word + " rules allows ";
        };
    }
}
