package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.policy.ClusterPolicyRule.Action;
import dev.weir.controller.policy.ClusterPolicySpec.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Turns JSON into a {@link ClusterNetworkPolicy} or says everything that is wrong with it. */
public final class ClusterNetworkPolicyParser {
    /** {@code apiVersion} of the objects. */
    public static final String API_VERSION = "policy.networking.k8s.io/v1alpha2";

    /** {@code kind} of the objects. */
    public static final String KIND = "ClusterNetworkPolicy";

    /** Rules in a direction, and entries of every list in a rule. */
    static final int MOST_ENTRIES = 25;

    private static final int MOST_PRIORITY = 1000;
    private static final int LONGEST_RULE_NAME = 100;
    private static final List<String> TIERS = Arrays.stream(Tier.values()).map(Tier::text).toList();
    private static final List<String> ACTIONS =
            Arrays.stream(Action.values()).map(Action::text).toList();
    private static final String NO_NAMED_PORTS =
            "networks/nodes/domainNames peer cannot be set with namedPorts since there are no"
                    + " namedPorts for networks/nodes/domainNames";

    private ClusterNetworkPolicyParser() {}

    /**
     * Checks as the Kubernetes API server does by the CRD (and by the rules of its experimental
     * channel), with strict field validation. A peer that is not enforced here is a problem: a
     * policy that was taken is enforced whole. {@code status} is the server's and is left out.
     *
     * @param json is left as it is
     * @throws InvalidObjectException with all problems
     */
    public static ClusterNetworkPolicy parse(final JsonNode json) {
        final Problems problems = new Problems();
        final FieldReader root = FieldReader.of(json, "", problems);
        MetaParser.checkType(root, API_VERSION, KIND);
        final ObjectMeta meta = MetaParser.parse(root, "", NameRules::dnsSubdomain);
        final Optional<ClusterPolicySpec> spec =
                root.object("spec").flatMap(ClusterNetworkPolicyParser::spec);
        if (root.node("spec").isEmpty()) {
            problems.required("spec", "");
        }
        root.object("status");
        root.finish();
        problems.throwIfAny();
        final ObjectNode stored = json.deepCopy();
        NullFields.drop(stored);
        stored.put("apiVersion", API_VERSION).put("kind", KIND);
        stored.remove("status");
        return new ClusterNetworkPolicy(meta, spec.orElseThrow(), stored);
    }

    private static Optional<ClusterPolicySpec> spec(final FieldReader spec) {
        final Optional<Tier> tier = oneOf(spec, "tier", TIERS).map(at -> Tier.values()[at]);
        final Optional<Integer> priority = priority(spec);
        final Optional<SelectorPeer> subject = subject(spec);
        final List<ClusterPolicyRule> ingress = rules(spec, "ingress", "from", false);
        final List<ClusterPolicyRule> egress = rules(spec, "egress", "to", true);
        spec.finish();
        if (tier.isEmpty() || priority.isEmpty() || subject.isEmpty()) {
            return Optional.empty(); // each of them told why
        }
        return Optional.of(
                new ClusterPolicySpec(tier.get(), priority.get(), subject.get(), ingress, egress));
    }

    private static Optional<Integer> priority(final FieldReader spec) {
        final String path = spec.path("priority");
        if (spec.node("priority").isEmpty()) {
            spec.problems().required(path, "");
            return Optional.empty();
        }
        return spec.number("priority")
                .filter(given -> spec.problems().inRange(path, given, 0, MOST_PRIORITY))
                .map(Long::intValue);
    }

    private static Optional<SelectorPeer> subject(final FieldReader spec) {
        final Optional<FieldReader> subject = spec.object("subject");
        if (spec.node("subject").isEmpty()) {
            spec.problems().required(spec.path("subject"), "");
        }
        return subject.flatMap(
                given -> {
                    final Optional<SelectorPeer> pods = ClusterPeerParser.pods(given);
                    given.finish();
                    given.exactlyOne();
                    return pods;
                });
    }

    private static List<ClusterPolicyRule> rules(
            final FieldReader spec,
            final String field,
            final String peersField,
            final boolean egress) {
        final List<ClusterPolicyRule> rules = new ArrayList<>();
        final List<FieldReader> given = spec.objects(field);
        spec.problems().atMost(spec.path(field), given.size(), MOST_ENTRIES);
        given.forEach(rule -> rule(rule, peersField, egress).ifPresent(rules::add));
        return rules;
    }

    private static Optional<ClusterPolicyRule> rule(
            final FieldReader rule, final String peersField, final boolean egress) {
        final String name = rule.text("name").orElse("");
        rule.problems().notLonger(rule.path("name"), name, LONGEST_RULE_NAME);
        final Optional<Action> action =
                oneOf(rule, "action", ACTIONS).map(at -> Action.values()[at]);
        final List<FieldReader> peersGiven = rule.objects(peersField);
        if (rule.node(peersField).isEmpty()) {
            rule.problems().required(rule.path(peersField), "");
        } else {
            rule.problems().between(rule.path(peersField), peersGiven.size(), 1, MOST_ENTRIES);
        }
        final List<PolicyPeer> peers = new ArrayList<>();
        peersGiven.forEach(peer -> peers.addAll(ClusterPeerParser.parse(peer, egress)));
        final List<FieldReader> portsGiven = rule.objects("protocols");
        if (rule.node("protocols").isPresent()) {
            rule.problems().between(rule.path("protocols"), portsGiven.size(), 1, MOST_ENTRIES);
        }
        final List<PolicyPort> ports = new ArrayList<>();
        portsGiven.forEach(port -> ports.addAll(ClusterPortParser.parse(port)));
        if (egress
                && ports.stream().anyMatch(port -> port.name().isPresent())
                && peersGiven.stream().anyMatch(ClusterPeerParser::hasNoNamedPorts)) {
            rule.problems().invalid(rule.path(), "object", NO_NAMED_PORTS);
        }
        rule.finish();
        return action.map(known -> new ClusterPolicyRule(name, known, peers, ports));
    }

    /** The place of a required text among those that are allowed. */
    private static Optional<Integer> oneOf(
            final FieldReader reader, final String field, final List<String> allowed) {
        if (reader.node(field).isEmpty()) {
            reader.problems().required(reader.path(field), "");
            return Optional.empty();
        }
        final Optional<String> text = reader.text(field);
        text.filter(given -> !allowed.contains(given))
                .ifPresent(
                        given ->
                                reader.problems().notSupported(reader.path(field), given, allowed));
        return text.filter(allowed::contains).map(allowed::indexOf);
    }
}
