package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Turns JSON into a {@link NetworkPolicy} or says everything that is wrong with it. */
public final class NetworkPolicyParser {
    /** {@code apiVersion} of the objects. */
    public static final String API_VERSION = "networking.k8s.io/v1";

    /** {@code kind} of the objects. */
    public static final String KIND = "NetworkPolicy";

    private static final List<String> TYPES = List.of("Ingress", "Egress");

    private NetworkPolicyParser() {}

    /**
     * As {@link #parse(JsonNode, String)} for an object that says itself which namespace it belongs
     * to; one that does not belongs to {@code default}.
     */
    public static NetworkPolicy parse(final JsonNode json) {
        final String given = json.path("metadata").path("namespace").asText("");
        return parse(json, given.isEmpty() || given.equals("null") ? "default" : given);
    }

    /**
     * Checks as the Kubernetes API server does with strict field validation, and fills in its
     * defaults.
     *
     * @param json is left as it is
     * @param namespace the request is for; the object may leave it out
     * @throws InvalidObjectException with all problems
     */
    public static NetworkPolicy parse(final JsonNode json, final String namespace) {
        final Problems problems = new Problems();
        final FieldReader root = FieldReader.of(json, "", problems);
        MetaParser.checkType(root, API_VERSION, KIND);
        final ObjectMeta meta = MetaParser.parse(root, namespace, NameRules::dnsSubdomain);
        final PolicySpec spec =
                root.object("spec")
                        .map(NetworkPolicyParser::spec)
                        .orElseGet(
                                () ->
                                        new PolicySpec(
                                                LabelSelector.EVERYTHING,
                                                List.of(),
                                                List.of(),
                                                EnumSet.of(Direction.INGRESS)));
        root.finish();
        problems.throwIfAny();
        return new NetworkPolicy(meta, spec, withDefaults(json.deepCopy(), namespace, spec));
    }

    private static PolicySpec spec(final FieldReader spec) {
        final LabelSelector pods =
                spec.object("podSelector")
                        .map(SelectorParser::parse)
                        .orElse(LabelSelector.EVERYTHING);
        final List<PolicyRule> ingress = rules(spec, "ingress", "from");
        final List<PolicyRule> egress = rules(spec, "egress", "to");
        final Set<Direction> types = types(spec, !egress.isEmpty());
        spec.finish();
        return new PolicySpec(pods, ingress, egress, types);
    }

    private static List<PolicyRule> rules(
            final FieldReader spec, final String field, final String peersField) {
        final List<PolicyRule> rules = new ArrayList<>();
        for (final FieldReader rule : spec.objects(field)) {
            final List<PolicyPort> ports = new ArrayList<>();
            for (final FieldReader port : rule.objects("ports")) {
                PortParser.parse(port).ifPresent(ports::add);
            }
            final List<PolicyPeer> peers = new ArrayList<>();
            for (final FieldReader peer : rule.objects(peersField)) {
                PeerParser.parse(peer).ifPresent(peers::add);
            }
            rule.finish();
            rules.add(new PolicyRule(peers, ports));
        }
        return rules;
    }

    private static Set<Direction> types(final FieldReader spec, final boolean hasEgressRules) {
        final List<String> given = spec.texts("policyTypes");
        final Set<Direction> types = EnumSet.noneOf(Direction.class);
        if (given.isEmpty()) {
            types.add(Direction.INGRESS);
            if (hasEgressRules) {
                types.add(Direction.EGRESS);
            }
            return types;
        }
        if (given.size() > TYPES.size()) {
            spec.problems()
                    .invalid(
                            spec.path("policyTypes"),
                            String.join(", ", given.stream().map(String::valueOf).toList()),
                            "may not specify more than two policyTypes");
        }
        for (int i = 0; i < given.size(); i++) {
            final String type = given.get(i);
            if (type == null) {
                continue; // of another type, and told
            }
            if (TYPES.contains(type)) {
                types.add(type.equals("Ingress") ? Direction.INGRESS : Direction.EGRESS);
            } else {
                final String place = spec.path("policyTypes") + "[" + i + "]";
                spec.problems().notSupported(place, type, TYPES);
            }
        }
        return types;
    }

    private static ObjectNode withDefaults(
            final ObjectNode json, final String namespace, final PolicySpec spec) {
        NullFields.drop(json);
        json.put("apiVersion", API_VERSION).put("kind", KIND);
        json.withObjectProperty("metadata").put("namespace", namespace);
        final ObjectNode specJson = json.withObjectProperty("spec");
        specJson.withObjectProperty("podSelector");
        for (final String rules : List.of("ingress", "egress")) {
            for (final JsonNode rule : specJson.path(rules)) {
                for (final JsonNode port : rule.path("ports")) {
                    if (!port.has("protocol")) {
                        ((ObjectNode) port).put("protocol", Protocol.TCP.name());
                    }
                }
            }
        }
        if (specJson.path("policyTypes").isEmpty()) {
            final ArrayNode types = specJson.putArray("policyTypes");
            for (final Direction direction : Direction.values()) {
                if (spec.policyTypes().contains(direction)) {
                    types.add(TYPES.get(direction.ordinal()));
                }
            }
        }
        return json;
    }
}
