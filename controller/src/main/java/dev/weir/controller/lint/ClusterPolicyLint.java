package dev.weir.controller.lint;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyText;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at one ClusterNetworkPolicy: its first rule that matches decides. */
public final class ClusterPolicyLint {
    private ClusterPolicyLint() {}

    /**
     * @param surroundings absent: what depends on who is there is not looked at
     * @return in the order of the fields of {@code spec}
     */
    public static List<LintWarning> of(
            final ClusterNetworkPolicy policy, final Optional<Surroundings> surroundings) {
        final Warnings warnings = new Warnings();
        subject(policy.spec().subject(), surroundings, warnings);
        for (final Direction direction : Direction.values()) {
            final List<ClusterPolicyRule> rules = policy.spec().rules(direction);
            for (int i = 0; i < rules.size(); i++) {
                final String word = direction.name().toLowerCase(Locale.ROOT);
                shadow("spec." + word + "[" + i + "]", rules, i, warnings);
            }
        }
        return warnings.list();
    }

    private static void subject(
            final SelectorPeer subject,
            final Optional<Surroundings> surroundings,
            final Warnings warnings) {
        final String field = "spec.subject";
        final boolean impossible =
                warnings.contradiction(field, subject.pods().orElse(LabelSelector.EVERYTHING))
                        || warnings.contradiction(
                                field, subject.namespaces().orElse(LabelSelector.EVERYTHING));
        if (!impossible
                && surroundings.isPresent()
                && surroundings.get().select(subject, "").isEmpty()) {
            warnings.add(
                    field,
                    "selects-nothing",
                    "selects no container here: " + PolicyText.peer(subject, ""));
        }
    }

    private static void shadow(
            final String field,
            final List<ClusterPolicyRule> rules,
            final int index,
            final Warnings warnings) {
        final ClusterPolicyRule rule = rules.get(index);
        for (int before = 0; before < index; before++) {
            final ClusterPolicyRule wide = rules.get(before);
            if (TrafficLogic.coversPeers(wide.peers(), rule.peers())
                    && TrafficLogic.coversPorts(wide.ports(), rule.ports())) {
                warnings.add(
                        field,
                        "shadowed-rule",
                        "never decides: rule " + before + " takes all of its traffic");
                return;
            }
        }
    }
}
