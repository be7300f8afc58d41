package dev.weir.controller.explain;

import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.RowLookup;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.explain.VerdictAnswer.RuleCheck;
import dev.weir.controller.explain.VerdictAnswer.Side;
import dev.weir.controller.explain.VerdictAnswer.Without;
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
            RowLookup.Decision decision, Optional<RuleRef> rule, Deciders deciders, String peer) {}

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
                judgement.deciders.isolating(),
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
                Deciders.of(world.desired(), own, direction),
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
        return judgement.deciders.clauses(direction).stream().map(matcher::check).toList();
    }

    private static Optional<String> decided(
            final Judgement judgement, final List<RuleCheck> checks) {
        return judgement.rule.flatMap(
                rule ->
                        checks.stream()
                                .filter(check -> check.kind().equals(rule.kind()))
                                .filter(check -> check.policy().equals(rule.policy()))
                                .filter(check -> check.rule().equals(rule.description()))
                                .map(check -> check.rule() + " " + check.words())
                                .findFirst());
    }

    /** The policies whose absence could change something: the one that decided, or all. */
    private List<Without> without(
            final World world, final Optional<IpAddress> remote, final Judgement judgement) {
        final List<Without> answers = new ArrayList<>();
        final Optional<RuleRef> rule = judgement.rule.filter(each -> each.index() >= 0);
        final List<String> keys =
                rule.isPresent()
                        ? List.of(rule.get().policy())
                        : switch (judgement.decision.reason()) {
                            case NO_RULE, AUDIT -> judgement.deciders.isolating();
                            default -> List.of();
                        };
        for (final String key : keys.subList(0, Math.min(MAX_WITHOUT, keys.size()))) {
            final World rest = World.narrow(world.desired(), own, peer, key);
            final Judgement then = ask(rest, remote);
            answers.add(
                    new Without(
                            rule.map(RuleRef::kind).orElse(NetworkPolicyParser.KIND),
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
        final String decider =
                judgement
                        .rule
                        .map(ref -> ref.policy() + " " + ref.description() + title(ref))
                        .orElse("a rule");
        return switch (judgement.decision.reason()) {
            case HOST -> "traffic between a container and its own node always passes";
            case NOT_ISOLATED ->
                    "no policy isolates "
                            + name
                            + " for "
                            + word
                            + (checks.isEmpty() ? "" : ", and no rule decides otherwise");
            case POLICY -> decider + " allows " + traffic;
            case DENY_RULE -> decider + " denies " + traffic;
            case AUDIT -> "passes, but " + audited(judgement, decider) + " would deny " + traffic;
            case NO_RULE ->
                    name
                            + " is isolated for "
                            + word
                            + " by "
                            + String.join(", ", judgement.deciders.isolating())
                            + "; "
                            + none(word, checks)
                            + traffic;
            default -> judgement.decision.reason().text();
        };
    }

    private static String title(final RuleRef rule) {
        return rule.title().isEmpty() ? "" : " (" + rule.title() + ")";
    }

    /** The isolation of several audited policies is in the name of the first of them. */
    private static String audited(final Judgement judgement, final String decider) {
        final List<String> isolating = judgement.deciders.isolating();
        if (judgement.rule.filter(rule -> rule.index() >= 0).isPresent()) {
            return "audited " + decider;
        }
        return (isolating.size() == 1 ? "audited policy " : "the audited policies ")
                + String.join(", ", isolating);
    }

    private static String none(final String word, final List<RuleCheck> all) {
        final long rules =
                all.stream().filter(rule -> rule.kind().equals(NetworkPolicyParser.KIND)).count();
        if (rules == 0) {
            return "there is no " + word + " rule, so nothing allows ";
        }
        return rules == 1
                ? "its one " + word + " rule does not allow "
                : "none of the " + rules + " " + word + " rules allows ";
    }
}
