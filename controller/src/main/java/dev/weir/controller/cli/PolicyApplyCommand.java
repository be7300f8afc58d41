package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentClient;
import dev.weir.controller.cli.client.AgentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir policy apply -f FILE}: each object is in force when its line is printed. */
@CommandLine.Command(
        name = "apply",
        description = "Creates or replaces policies; returns when they are enforced.")
final class PolicyApplyCommand extends WeirCommand {
    private static final String JSON = "application/json";

    @Mixin private ManifestOptions manifests;

    @Option(names = "--dry-run", description = "The agent checks all of it and changes nothing.")
    private boolean dryRun;

    /**
     * Where an object goes.
     *
     * @param shown as kubectl names it: {@code networkpolicy/default/web}
     * @param collection path to POST to
     * @param item path to PUT to
     */
    private record Target(String shown, String collection, String item, ObjectNode object) {}

    @Override
    public Integer call() {
        final List<Target> targets = new ArrayList<>();
        for (final Manifest manifest : manifests.read()) {
            targets.add(target(manifest));
        }
        int exitCode = Cli.DONE;
        for (final Target target : targets) {
            try {
                final String outcome = write(agent(), target);
                out().println(target.shown() + " " + outcome + (dryRun ? " (dry run)" : ""));
                out().flush();
            } catch (final AgentException e) {
                if (e.status() == 0) {
                    throw e;
                }
                out().flush();
                err().println("weir: " + target.shown() + ": " + e.getMessage());
                exitCode = Cli.FAILED;
            }
        }
        return exitCode;
    }

    private Target target(final Manifest manifest) {
        final JsonNode object = manifest.object();
        final String name = object.path("metadata").path("name").asText();
        final String kind = object.path("kind").asText();
        if (name.isEmpty()) {
            throw new CommandException(manifest.source() + ": metadata.name: missing");
        }
        return switch (kind) {
            case "NetworkPolicy" -> {
                final String namespace = PolicyPaths.namespaceOf(object, manifests.namespace());
                yield new Target(
                        "networkpolicy/" + namespace + "/" + name,
                        PolicyPaths.in(namespace),
                        PolicyPaths.named(namespace, name),
                        (ObjectNode) object);
            }
            case "Namespace" ->
                    new Target(
                            "namespace/" + name,
                            PolicyPaths.namespaces(),
                            PolicyPaths.namespaces() + "/" + encoded(name),
                            (ObjectNode) object);
            default ->
                    throw new CommandException(
                            manifest.source()
                                    + ": kind: "
                                    + (kind.isEmpty() ? "missing" : kind)
                                    + " (expected: NetworkPolicy, Namespace or List)");
        };
    }

    private String write(final AgentClient agent, final Target target) {
        final String query = dryRun ? "?dryRun=All" : "";
        JsonNode before = null;
        try {
            before = agent.get(target.item());
        } catch (final AgentException e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        if (before == null) {
            try {
                agent.request("POST", target.collection() + query, JSON, target.object());
                return "created";
            } catch (final AgentException e) {
                if (e.status() != 409) {
                    throw e;
                }
            }
        }
        final JsonNode after = agent.request("PUT", target.item() + query, JSON, target.object());
        return before != null && content(before).equals(content(after))
                ? "unchanged"
                : "configured";
    }

    /** What the user said, without what the agent counts. */
    private static ObjectNode content(final JsonNode object) {
        final ObjectNode content = object.deepCopy();
        final ObjectNode metadata = content.withObject("/metadata");
        for (final Map.Entry<String, JsonNode> field : object.path("metadata").properties()) {
            if (!List.of("name", "namespace", "labels", "annotations").contains(field.getKey())) {
                metadata.remove(field.getKey());
            }
        }
        return content;
    }
}
