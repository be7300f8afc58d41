package dev.weir.controller.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.conformance.Case.Step;
import dev.weir.controller.conformance.Matrix.Cell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs cases on a cluster, one after the other, with no pause anywhere: a write is synchronous. */
final class Runner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("\\$\\{([46]):([^}]*)}");

    private final Cluster cluster;
    private long questions;

    Runner(final Cluster cluster) {
        this.cluster = cluster;
    }

    /** How many questions were asked of the network so far. */
    long questions() {
        return questions;
    }

    /** Fails with what was different; leaves the cluster as it was. */
    void run(final Case each) throws Exception {
        final List<String> problems = new ArrayList<>();
        try {
            for (int i = 0; i < each.steps().size() && problems.isEmpty(); i++) {
                final Step step = each.steps().get(i);
                for (final JsonNode action : step.actions()) {
                    act(action);
                }
                for (final String problem : check(step)) {
                    problems.add("step " + (i + 1) + ": " + problem);
                }
            }
        } finally {
            cluster.reset();
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    problems.size()
                            + " differences, among them\n"
                            + String.join("\n", problems.subList(0, Math.min(20, problems.size())))
                            + "\nin "
                            + each);
        }
    }

    private void act(final JsonNode template) throws Exception {
        final JsonNode action = withAddresses(template);
        final String verb = action.fieldNames().next();
        final JsonNode object = action.get(verb);
        switch (verb) {
            case "apply" -> forEach(object, (name, spec) -> cluster.apply(policy(name, spec)));
            case "apply-cluster" ->
                    forEach(object, (name, spec) -> cluster.apply(clusterPolicy(name, spec)));
            case "patch-cluster" ->
                    forEach(
                            object,
                            (name, operations) ->
                                    cluster.patch("ClusterNetworkPolicy//" + name, operations));
            case "refuse-cluster" ->
                    forEach(object, (name, spec) -> cluster.refuse(clusterPolicy(name, spec)));
            case "delete" -> cluster.delete("NetworkPolicy/" + object.asText());
            case "label-namespace" ->
                    forEach(object, (name, labels) -> cluster.labelNamespace(name, map(labels)));
            case "label-pod" ->
                    forEach(object, (name, labels) -> cluster.labelPod(name, map(labels)));
            case "add-pod" -> forEach(object, (name, labels) -> cluster.addPod(name, map(labels)));
            case "remove-pod" -> cluster.removePod(object.asText());
            case "remove-namespace" -> cluster.removeNamespace(object.asText());
            default -> throw new IllegalStateException(verb);
        }
    }

    /** What is done with each entry of an object. */
    @FunctionalInterface
    private interface Entry {
        void accept(String name, JsonNode value) throws Exception;
    }

    private static void forEach(final JsonNode object, final Entry entry) throws Exception {
        if (object.isEmpty()) {
            throw new IllegalStateException("not an object with entries: " + object);
        }
        for (final Map.Entry<String, JsonNode> each : object.properties()) {
            entry.accept(each.getKey(), each.getValue());
        }
    }

    private static Map<String, String> map(final JsonNode labels) {
        final Map<String, String> map = new HashMap<>();
        labels.properties().forEach(label -> map.put(label.getKey(), label.getValue().asText()));
        return map;
    }

    private static ObjectNode policy(final String name, final JsonNode spec) {
        final int slash = name.indexOf('/');
        final ObjectNode policy =
                JSON.createObjectNode()
                        .put("apiVersion", "networking.k8s.io/v1")
                        .put("kind", "NetworkPolicy");
        policy.putObject("metadata")
                .put("namespace", name.substring(0, slash))
                .put("name", name.substring(slash + 1));
        return policy.set("spec", spec);
    }

    private static ObjectNode clusterPolicy(final String name, final JsonNode spec) {
        final ObjectNode policy =
                JSON.createObjectNode()
                        .put("apiVersion", "policy.networking.k8s.io/v1alpha2")
                        .put("kind", "ClusterNetworkPolicy");
        policy.putObject("metadata").put("name", name);
        return policy.set("spec", spec);
    }

    private JsonNode withAddresses(final JsonNode template) throws JsonProcessingException {
        final Matcher matcher = ADDRESS.matcher(template.toString());
        return JSON.readTree(
                matcher.replaceAll(
                        match ->
                                cluster.pods()
                                        .get(match.group(2))
                                        .address(match.group(1).equals("6"))));
    }

    private List<String> check(final Step step) throws Exception {
        final Matrix matrix = Matrix.of(cluster);
        questions += matrix.cells().size();
        final List<String> problems = matrix.differences();
        step.expected().forEach((layer, lines) -> problems.addAll(compare(matrix, layer, lines)));
        return problems;
    }

    /** With what was worked out by hand. */
    private static List<String> compare(
            final Matrix matrix, final String layer, final List<String> lines) {
        final List<String> problems = new ArrayList<>();
        int compared = 0;
        for (int i = 0; i < matrix.cells().size(); i++) {
            final Cell cell = matrix.cells().get(i);
            if (!cell.layer().startsWith(layer + " ")) {
                continue;
            }
            compared++;
            if (matrix.observed(i) != allowed(cell, lines)) {
                problems.add(
                        "%s to %s, %s: %s, against what the case expects"
                                .formatted(
                                        cell.from().name(),
                                        cell.to().name(),
                                        cell.layer(),
                                        matrix.observed(i) ? "answered" : "silence"));
            }
        }
        if (compared == 0) {
            problems.add(layer + ": nothing was asked");
        }
        return problems;
    }

    /** The last line that speaks of both pods decides. */
    private static boolean allowed(final Cell cell, final List<String> lines) {
        boolean allowed = true;
        for (final String line : lines) {
            final String[] words = line.split(" ");
            if (matches(words[1], cell.from().name()) && matches(words[2], cell.to().name())) {
                allowed = words[0].equals("allow");
            }
        }
        return allowed;
    }

    private static boolean matches(final String pattern, final String pod) {
        return pattern.equals("*")
                || pattern.equals(pod)
                || pattern.endsWith("/*")
                        && pod.startsWith(pattern.substring(0, pattern.length() - 1));
    }
}
