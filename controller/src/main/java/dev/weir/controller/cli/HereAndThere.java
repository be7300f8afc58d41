package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentClient;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.lint.Surroundings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The agent's containers and namespaces, and the namespaces of the files. */
final class HereAndThere {
    private HereAndThere() {}

    /**
     * @throws AgentException if the agent does not answer
     */
    static Surroundings of(final AgentClient agent, final List<Manifest> manifests) {
        final Map<String, Map<String, String>> namespaces = new HashMap<>();
        for (final JsonNode namespace : agent.get(PolicyPaths.namespaces()).path("items")) {
            add(namespaces, namespace);
        }
        for (final Manifest manifest : manifests) {
            if (manifest.object().path("kind").asText().equals("Namespace")) {
                add(namespaces, manifest.object());
            }
        }
        final List<Surroundings.Pod> pods = new ArrayList<>();
        for (final JsonNode endpoint : agent.get("/v1/endpoints").path("items")) {
            final Set<String> ports = new HashSet<>();
            for (final JsonNode port : endpoint.path("ports")) {
                ports.add(port.path("protocol").asText() + "/" + port.path("name").asText());
            }
            pods.add(
                    new Surroundings.Pod(
                            endpoint.path("namespace").asText(),
                            texts(endpoint.path("labels")),
                            ports));
        }
        return new Surroundings(namespaces, pods);
    }

    private static void add(
            final Map<String, Map<String, String>> namespaces, final JsonNode namespace) {
        final JsonNode metadata = namespace.path("metadata");
        namespaces.put(metadata.path("name").asText(), texts(metadata.path("labels")));
    }

    private static Map<String, String> texts(final JsonNode object) {
        final Map<String, String> texts = new HashMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }
}
