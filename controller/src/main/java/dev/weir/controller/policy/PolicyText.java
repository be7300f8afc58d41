package dev.weir.controller.policy;

import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rules, peers, ports and selectors in words, as people say them. */
public final class PolicyText {
    /**
     * A rule with more peers or ports than this is cut short for people; what is left is counted.
     */
    private static final int SHOWN = 6;

    private PolicyText() {}

    /** {@code from pods role=client in namespaces team=shop, port TCP 80}. */
    public static String rule(
            final PolicyRule rule, final Direction direction, final String ownNamespace) {
        return traffic(rule.peers(), rule.ports(), direction, ownNamespace);
    }

    /** {@code Deny to 10.0.0.0/8, every protocol and port}. */
    public static String rule(final ClusterPolicyRule rule, final Direction direction) {
        return rule.action().text() + " " + traffic(rule.peers(), rule.ports(), direction, "");
    }

    private static String traffic(
            final List<PolicyPeer> peers,
            final List<PolicyPort> ports,
            final Direction direction,
            final String ownNamespace) {
        final String who =
                peers.isEmpty()
                        ? "anyone"
                        : joined(
                                peers.stream().map(peer -> peer(peer, ownNamespace)).toList(),
                                " or ");
        final String which = joined(ports.stream().map(PolicyText::port).toList(), ", ");
        return (direction == Direction.INGRESS ? "from " : "to ")
                + who
                + switch (ports.size()) {
                    case 0 -> ", every protocol and port";
                    case 1 -> ", port " + which;
                    default -> ", ports " + which;
                };
    }

    /** {@code pods role=client in namespaces team=shop}, {@code 10.0.0.0/8 except 10.1.0.0/16}. */
    public static String peer(final PolicyPeer peer, final String ownNamespace) {
        if (peer instanceof BlockPeer block) {
            final List<String> holes =
                    block.block().except().stream().map(Object::toString).toList();
            return block.block().cidr() + (holes.isEmpty() ? "" : " except " + joined(holes, ", "));
        }
        final SelectorPeer selector = (SelectorPeer) peer;
        return pods(selector.pods().orElse(LabelSelector.EVERYTHING))
                + " in "
                + selector.namespaces()
                        .map(PolicyText::namespaces)
                        .orElse("namespace " + ownNamespace);
    }

    /** {@code pods role=client}, {@code all pods}. */
    public static String pods(final LabelSelector selector) {
        final String text = selector(selector);
        return text.isEmpty() ? "all pods" : "pods " + text;
    }

    /** {@code namespaces team=shop}, {@code namespace shop}, {@code every namespace}. */
    public static String namespaces(final LabelSelector selector) {
        final String named = selector.matchLabels().get(Namespace.NAME_LABEL);
        if (named != null
                && selector.matchLabels().size() == 1
                && selector.matchExpressions().isEmpty()) {
            return "namespace " + named;
        }
        final String text = selector(selector);
        return text.isEmpty() ? "every namespace" : "namespaces " + text;
    }

    /** {@code app=web,tier in (a,b),!old}; empty for a selector of everything. */
    public static String selector(final LabelSelector selector) {
        final List<String> parts = new ArrayList<>();
        for (final Map.Entry<String, String> label :
                new TreeMap<>(selector.matchLabels()).entrySet()) {
            parts.add(label.getKey() + "=" + label.getValue());
        }
        for (final LabelRequirement requirement : selector.matchExpressions()) {
            final String values = "(" + String.join(",", new TreeSet<>(requirement.values())) + ")";
            parts.add(
                    switch (requirement.operator()) {
                        case IN -> requirement.key() + " in " + values;
                        case NOT_IN -> requirement.key() + " notin " + values;
                        case EXISTS -> requirement.key();
                        case DOES_NOT_EXIST -> "!" + requirement.key();
                    });
        }
        return String.join(",", parts);
    }

    /** {@code TCP 80}, {@code UDP 8000-8010}, {@code TCP "web"}, {@code any SCTP}. */
    public static String port(final PolicyPort port) {
        if (port.name().isPresent()) {
            return port.protocol() + " \"" + port.name().get() + '"';
        }
        if (port.first() == 0 && port.last() == 65_535) {
            return "any " + port.protocol();
        }
        return port.protocol()
                + " "
                + port.first()
                + (port.first() == port.last() ? "" : "-" + port.last());
    }

    private static String joined(final List<String> words, final String separator) {
        return words.stream().limit(SHOWN).collect(Collectors.joining(separator))
                + (words.size() > SHOWN ? separator + (words.size() - SHOWN) + " more" : "");
    }
}
