package dev.weir.controller.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.PolicyText;
import dev.weir.controller.policy.Protocol;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at one NetworkPolicy. */
public final class PolicyLint {
    private static final int DNS = 53;

    private final NetworkPolicy policy;
    private final JsonNode given;
    private final Optional<Surroundings> surroundings;
    private final Warnings warnings = new Warnings();

    private PolicyLint(
            final NetworkPolicy policy,
            final JsonNode given,
            final Optional<Surroundings> surroundings) {
        this.policy = policy;
        this.given = given;
        this.surroundings = surroundings;
    }

    /**
     * @param given the object as the user wrote it, without defaults
     * @param surroundings absent: what depends on who is there is not looked at
     * @return in the order of the fields of {@code spec}
     */
    public static List<LintWarning> of(
            final NetworkPolicy policy,
            final JsonNode given,
            final Optional<Surroundings> surroundings) {
        return new PolicyLint(policy, given, surroundings).look();
    }

    private List<LintWarning> look() {
        audit();
        subject();
        for (final Direction direction : Direction.values()) {
            direction(direction);
        }
        dns();
        lockout();
        return warnings.list();
    }

    private void audit() {
        if (policy.meta().labels().containsKey(NetworkPolicy.AUDIT_ANNOTATION)) {
            warnings.add(
                    "metadata.labels[" + NetworkPolicy.AUDIT_ANNOTATION + "]",
                    "audit-label",
                    "is a label and does nothing; as an annotation it makes the policy audit only");
        }
    }

    private void subject() {
        final LabelSelector selector = policy.spec().podSelector();
        final String field = "spec.podSelector";
        if (warnings.contradiction(field, selector)) {
            return;
        }
        surroundings.ifPresent(
                around -> {
                    if (subjects(around).isEmpty()) {
                        warnings.add(
                                field,
                                "selects-nothing",
                                "selects no container here: "
                                        + PolicyText.pods(selector)
                                        + " in namespace "
                                        + policy.meta().namespace());
                    }
                });
    }

    private List<Surroundings.Pod> subjects(final Surroundings around) {
        return around.select(
                new SelectorPeer(Optional.of(policy.spec().podSelector()), Optional.empty()),
                policy.meta().namespace());
    }

    private void direction(final Direction direction) {
        final String word = direction.name().toLowerCase(Locale.ROOT);
        final List<PolicyRule> rules = policy.spec().rules(direction);
        if (!rules.isEmpty() && !policy.spec().policyTypes().contains(direction)) {
            final String type = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            warnings.add(
                    "spec." + word,
                    "type-missing",
                    "has no effect: policyTypes does not name " + type);
            return;
        }
        final RuleLint lint =
                new RuleLint(policy.meta().namespace(), direction, surroundings, warnings);
        for (int i = 0; i < rules.size(); i++) {
            final String field = "spec." + word + "[" + i + "]";
            final JsonNode rule = given.path("spec").path(word).path(i);
            final String peers = direction == Direction.INGRESS ? ".from" : ".to";
            lint.peers(field + peers, rules.get(i).peers());
            lint.ports(field + ".ports", rules.get(i).ports(), rule.path("ports"));
            lint.blocks(field + peers, rule.path(peers.substring(1)));
            if (direction == Direction.INGRESS) {
                final List<PolicyPort> ports = rules.get(i).ports();
                surroundings.ifPresent(around -> names(field + ".ports", ports, around));
            }
            shadow(field, rules, i);
        }
    }

    /** The names are those of the selected containers; of egress anybody may be the receiver. */
    private void names(
            final String field, final List<PolicyPort> ports, final Surroundings around) {
        final List<Surroundings.Pod> subjects = subjects(around);
        for (int i = 0; i < ports.size(); i++) {
            final PolicyPort port = ports.get(i);
            if (port.name().isPresent() && !subjects.isEmpty()) {
                final String name = port.protocol() + "/" + port.name().get();
                if (subjects.stream().noneMatch(pod -> pod.ports().contains(name))) {
                    warnings.add(
                            field + "[" + i + "].port",
                            "unknown-port-name",
                            "matches nothing: none of the "
                                    + subjects.size()
                                    + " selected containers has a "
                                    + port.protocol()
                                    + " port named "
                                    + port.name().get());
                }
            }
        }
    }

    private void shadow(final String field, final List<PolicyRule> rules, final int index) {
        final PolicyRule rule = rules.get(index);
        for (int other = 0; other < rules.size(); other++) {
            final PolicyRule wide = rules.get(other);
            if (other == index || !covers(wide, rule)) {
                continue;
            }
            if (covers(rule, wide)) {
                if (other < index) {
                    warnings.add(field, "duplicate-rule", "allows the same as rule " + other);
                    return;
                }
            } else {
                warnings.add(
                        field,
                        "shadowed-rule",
                        "allows nothing that rule " + other + " does not allow already");
                return;
            }
        }
    }

    private static boolean covers(final PolicyRule wide, final PolicyRule narrow) {
        return TrafficLogic.coversPeers(wide.peers(), narrow.peers())
                && TrafficLogic.coversPorts(wide.ports(), narrow.ports());
    }

    /** A policy without any egress rule says itself that nothing is to go out. */
    private void dns() {
        final List<PolicyRule> rules = policy.spec().egress();
        if (!policy.spec().policyTypes().contains(Direction.EGRESS) || rules.isEmpty()) {
            return;
        }
        final boolean reaches =
                rules.stream()
                        .anyMatch(
                                rule ->
                                        rule.ports().isEmpty()
                                                || rule.ports().stream()
                                                        .anyMatch(PolicyLint::isDns));
        if (!reaches) {
            warnings.add(
                    "spec.egress",
                    "no-dns",
                    "no rule reaches UDP port 53: the selected containers cannot resolve names");
        }
    }

    private static boolean isDns(final PolicyPort port) {
        return port.protocol() == Protocol.UDP
                && (port.name().isPresent() || port.first() <= DNS && DNS <= port.last());
    }

    private void lockout() {
        if (!policy.meta().namespace().equals("kube-system")
                || policy.audit()
                || !policy.spec().podSelector().equals(LabelSelector.EVERYTHING)) {
            return;
        }
        final Set<Direction> types = policy.spec().policyTypes();
        for (final Direction direction : Direction.values()) {
            if (types.contains(direction) && policy.spec().rules(direction).isEmpty()) {
                final String word = direction.name().toLowerCase(Locale.ROOT);
                warnings.add(
                        "spec.podSelector",
                        "lockout",
                        "denies all " + word + " of everything in kube-system, DNS among it");
            }
        }
    }
}
