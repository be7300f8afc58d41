package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the cases of the part {@code ordered} of cluster-network-policy.yaml: a policy whose rules
 * contradict each other, and then their order is changed.
 */
final class OrderedRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "ordered";

    private final JsonNode data;
    private final boolean passes;
    private final List<String> directions = new ArrayList<>();

    private OrderedRules(final JsonNode data) {
        this.data = data;
        this.passes = data.path("tier").asText().equals("Admin");
        for (final String direction : List.of("egress", "ingress")) {
            if (data.has(direction)) {
                directions.add(direction);
            }
        }
    }

    static List<Case> of(final JsonNode groups) {
        final List<Case> cases = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> group : groups.properties()) {
            cases.add(new Case(group.getKey(), new OrderedRules(group.getValue()).steps()));
        }
        return cases;
    }

    private List<Case.Step> steps() {
        final List<Case.Step> steps = new ArrayList<>();
        final ObjectNode apply = JSON.createObjectNode();
        apply.putObject("apply-cluster").set(NAME, spec());
        steps.add(new Case.Step(List.of(apply), expected(true, false)));
        // Deny before Accept.
        steps.add(new Case.Step(List.of(move(1, 0)), expected(false, false)));
        if (passes) {
            // Deny, Accept, Pass becomes Pass, Accept, Deny.
            steps.add(new Case.Step(List.of(move(2, 0), move(2, 1)), expected(true, false)));
            // Pass before Deny at the ports.
            steps.add(new Case.Step(List.of(move(4, 3)), expected(true, true)));
        }
        return steps;
    }

    private ObjectNode spec() {
        final ObjectNode spec = JSON.createObjectNode();
        spec.put("tier", data.path("tier").asText()).put("priority", 10);
        spec.putObject("subject").set("namespaces", named(data.path("subject").asText()));
        for (final String direction : directions) {
            final ArrayNode rules = spec.putArray(direction);
            final JsonNode ports = data.path(direction);
            rule(rules, direction, "Accept", "all", null);
            rule(rules, direction, "Deny", "all", null);
            if (passes) {
                rule(rules, direction, "Pass", "all", null);
            }
            rule(rules, direction, "Deny", "denied", ports.path("denied"));
            if (passes) {
                rule(rules, direction, "Pass", "denied", ports.path("denied"));
            }
            rule(rules, direction, "Accept", "allowed", ports.path("allowed"));
            rule(rules, direction, "Deny", "allowed", null);
        }
        return spec;
    }

    private static ObjectNode named(final String namespace) {
        final ObjectNode selector = JSON.createObjectNode();
        selector.putObject("matchLabels").put("kubernetes.io/metadata.name", namespace);
        return selector;
    }

    private void rule(
            final ArrayNode rules,
            final String direction,
            final String action,
            final String peer,
            final JsonNode ports) {
        final ObjectNode rule = rules.addObject();
        rule.put("name", action.toLowerCase(Locale.ROOT) + "-" + peer).put("action", action);
        rule.putArray(direction.equals("egress") ? "to" : "from")
                .addObject()
                .set("namespaces", named(data.path(peer).asText()));
        if (ports == null) {
            return;
        }
        final ArrayNode protocols = rule.putArray("protocols");
        for (final JsonNode port : ports) {
            final String[] words = port.asText().split(" ");
            protocols
                    .addObject()
                    .putObject(words[0].toLowerCase(Locale.ROOT))
                    .putObject("destinationPort")
                    .put("number", Integer.parseInt(words[1]));
        }
    }

    /** A rule takes another's place, in every direction. */
    private ObjectNode move(final int from, final int to) {
        final ObjectNode action = JSON.createObjectNode();
        final ArrayNode operations = action.putObject("patch-cluster").putArray(NAME);
        for (final String direction : directions) {
            operations
                    .addObject()
                    .put("op", "move")
                    .put("from", "/spec/" + direction + "/" + from)
                    .put("path", "/spec/" + direction + "/" + to);
        }
        return action;
    }

    /**
     * What the suite says of every served port.
     *
     * @param all whether the peer {@code all} is allowed
     * @param atPorts whether {@code denied} is allowed at its ports
     */
    private Map<String, List<String>> expected(final boolean all, final boolean atPorts) {
        final Map<String, List<String>> expected = new TreeMap<>();
        for (final String protocol : List.of("TCP", "UDP", "SCTP")) {
            for (final int port : Layout.HOUSES.ports()) {
                final String layer = protocol + " " + port;
                final List<String> lines = new ArrayList<>();
                for (final String direction : directions) {
                    line(lines, direction, "all", all);
                    line(lines, direction, "denied", atPorts || !has(direction, "denied", layer));
                    line(lines, direction, "allowed", has(direction, "allowed", layer));
                }
                expected.put(layer, lines);
            }
        }
        return expected;
    }

    private boolean has(final String direction, final String list, final String layer) {
        for (final JsonNode port : data.path(direction).path(list)) {
            if (port.asText().equals(layer)) {
                return true;
            }
        }
        return false;
    }

    private void line(
            final List<String> lines,
            final String direction,
            final String peer,
            final boolean allowed) {
        if (!allowed) {
            final String subject = data.path("subject").asText() + "/*";
            final String other = data.path(peer).asText() + "/*";
            lines.add(
                    direction.equals("egress")
                            ? "deny " + subject + " " + other
                            : "deny " + other + " " + subject);
        }
    }
}
