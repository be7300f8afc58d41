package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the cases of cyclonus.yaml: one thing varied at a time, in both directions. */
final class CyclonusFamilies {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> DIRECTIONS = List.of("ingress", "egress");
    private static final Map<String, String> SOURCE = Map.of("namespace", "x", "pod", "b");
    private static final Map<String, String> DESTINATION = Map.of("namespace", "y", "pod", "c");

    /** What stands for addresses, in IPv4 and in IPv6. The pod z/c is 10.88.3.21, fd00:88::3:15. */
    private static final Map<String, List<String>> BLOCKS =
            Map.of(
                    "${net}", List.of("10.88.3.0/24", "fd00:88::3:0/120"),
                    "${part}", List.of("10.88.3.16/28", "fd00:88::3:10/124"),
                    "${any}", List.of("0.0.0.0/0", "::/0"),
                    "${none}", List.of("0.0.0.0/31", "::/127"));

    private final JsonNode data;
    private final Map<String, List<Case>> families = new LinkedHashMap<>();

    private CyclonusFamilies(final JsonNode data) {
        this.data = data;
    }

    /** All cases by family. */
    static Map<String, List<Case>> of(final JsonNode data) {
        final CyclonusFamilies made = new CyclonusFamilies(data);
        made.targets();
        made.rules();
        made.peers();
        made.ports();
        made.conflicts();
        for (final String family : List.of("example", "action", "upstream")) {
            made.families.put(family, Case.list(data.path(family)));
        }
        return made.families;
    }

    private void targets() {
        for (final JsonNode namespace : data.at("/targets/namespaces")) {
            add("target", "namespace " + namespace, namespace.asText(), base());
        }
        for (final JsonNode selector : data.at("/targets/podSelectors")) {
            add("target", "pods " + selector, "x", base().set("podSelector", selector));
        }
    }

    private void rules() {
        for (final String direction : DIRECTIONS) {
            for (final Map.Entry<String, JsonNode> rules : data.path("rules").properties()) {
                final JsonNode spec = base().set(direction, rules.getValue());
                add("rules", direction + ": " + rules.getKey(), "x", spec);
            }
        }
    }

    private void peers() {
        final List<Map.Entry<String, JsonNode>> peers =
                List.copyOf(data.path("peers").properties());
        for (final String direction : DIRECTIONS) {
            final String field = direction.equals("ingress") ? "from" : "to";
            vary("peers", direction + ": no peers", direction, field, List.of());
            for (int i = 0; i < peers.size(); i++) {
                final JsonNode one = peers.get(i).getValue();
                final String name = direction + ": " + peers.get(i).getKey();
                vary("peers", name, direction, field, List.of(one));
                for (int j = i + 1; j < peers.size(); j++) {
                    final List<JsonNode> both = List.of(one, peers.get(j).getValue());
                    vary("peers", name + ", " + peers.get(j).getKey(), direction, field, both);
                }
            }
            data.path("namespace peers")
                    .properties()
                    .forEach(
                            peer ->
                                    vary(
                                            "namespace",
                                            direction + ": " + peer.getKey(),
                                            direction,
                                            field,
                                            List.of(peer.getValue())));
        }
    }

    private void ports() {
        for (final String direction : DIRECTIONS) {
            for (final JsonNode ports : data.path("ports")) {
                final List<JsonNode> list = new ArrayList<>();
                ports.forEach(list::add);
                vary("ports", direction + ": " + ports, direction, "ports", list);
            }
        }
    }

    private void vary(
            final String family,
            final String name,
            final String direction,
            final String field,
            final List<JsonNode> values) {
        final ObjectNode spec = base();
        ((ObjectNode) spec.path(direction).get(0)).set(field, JSON.valueToTree(values));
        add(family, name, "x", spec);
    }

    private ObjectNode base() {
        return data.path("base").deepCopy();
    }

    private void add(
            final String family, final String name, final String namespace, final JsonNode spec) {
        final ObjectNode policies = JSON.createObjectNode();
        policies.set(namespace + "/base", spec);
        families.computeIfAbsent(family, key -> new ArrayList<>()).add(oneStep(name, policies));
    }

    private static Case oneStep(final String name, final ObjectNode policies) {
        final List<Case.Step> steps = new ArrayList<>();
        final String text = policies.toString();
        for (int family = 0; family < 2; family++) {
            String filled = text;
            for (final Map.Entry<String, List<String>> block : BLOCKS.entrySet()) {
                filled = filled.replace(block.getKey(), block.getValue().get(family));
            }
            if (family == 0 || !filled.equals(text)) {
                steps.add(new Case.Step(List.of(apply(filled)), Map.of()));
            }
        }
        return new Case(name, steps);
    }

    private static JsonNode apply(final String policies) {
        try {
            final ObjectNode action = JSON.createObjectNode();
            return action.set("apply", JSON.readTree(policies));
        } catch (final com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(policies, e);
        }
    }

    private void conflicts() {
        final List<Case> cases = new ArrayList<>();
        for (final JsonNode conflict : data.path("conflicts")) {
            final ObjectNode policies = JSON.createObjectNode();
            for (final JsonNode line : conflict) {
                final String[] words = line.asText().split(" ", 3);
                put(policies, words[0].equals("source") ? SOURCE : DESTINATION, words[1], words[2]);
            }
            if (conflict.toString().contains("egress")) {
                final ArrayNode rules = JSON.createArrayNode().add(data.path("dns"));
                policies.set("x/allow-dns", spec(SOURCE, "egress", rules));
            }
            cases.add(oneStep(conflict.toString(), policies));
        }
        families.put("conflict", cases);
    }

    private void put(
            final ObjectNode policies,
            final Map<String, String> target,
            final String direction,
            final String rules) {
        final ArrayNode list = JSON.createArrayNode();
        for (final JsonNode rule : data.path("conflict rules").required(rules)) {
            final ObjectNode made = list.addObject();
            if (rule.has("peers")) {
                made.set(direction.equals("ingress") ? "from" : "to", rule.get("peers"));
            }
        }
        final String name = (direction + "-" + rules).replace(' ', '-');
        policies.set(target.get("namespace") + "/" + name, spec(target, direction, list));
    }

    private static ObjectNode spec(
            final Map<String, String> target, final String direction, final ArrayNode rules) {
        final ObjectNode spec = JSON.createObjectNode();
        spec.putObject("podSelector").putObject("matchLabels").put("pod", target.get("pod"));
        spec.putArray("policyTypes").add(direction.equals("ingress") ? "Ingress" : "Egress");
        spec.set(direction, rules);
        return spec;
    }
}
