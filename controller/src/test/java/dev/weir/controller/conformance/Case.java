package dev.weir.controller.conformance;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/**
 * A case of a suite, as its file has it.
 *
 * @param steps one after the other on the same cluster
 */
record Case(String name, List<Step> steps) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Some writes, and what holds after them.
     *
     * @param actions objects of one field that names the action
     * @param expected {@code TCP 80} to lines like {@code deny x/* y/a}; empty where only the
     *     oracle is asked
     */
    record Step(List<JsonNode> actions, Map<String, List<String>> expected) {}

    /** A resource of this package. */
    static JsonNode resource(final String name) {
        try (InputStream in = Case.class.getResourceAsStream(name)) {
            // Jackson reads YAML without its anchors.
            return JSON.valueToTree(new Yaml().load(in));
        } catch (final IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** The cases of a list. */
    static List<Case> list(final JsonNode cases) {
        final List<Case> list = new ArrayList<>();
        for (final JsonNode each : cases) {
            final List<Step> steps = new ArrayList<>();
            for (final JsonNode step : each.path("steps")) {
                steps.add(step(step));
            }
            if (steps.isEmpty()) {
                throw new IllegalStateException(each + ": no steps");
            }
            list.add(new Case(each.path("name").asText(), steps));
        }
        return list;
    }

    private static Step step(final JsonNode step) {
        final List<JsonNode> actions = new ArrayList<>();
        step.path("do").forEach(actions::add);
        final Map<String, List<String>> expected =
                JSON.convertValue(
                        step.has("expect") ? step.get("expect") : JSON.createObjectNode(),
                        new TypeReference<>() {});
        return new Step(actions, expected);
    }
}
