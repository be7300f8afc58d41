package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentClient;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code weir policy apply -f FILE}: all objects of all files with one revision, or none; in force
 * when the command returns.
 */
final class PolicyApplyCommand extends WeirCommand {
    private static final Pattern ITEM = Pattern.compile("items\\[([0-9]{1,6})](?:\\.(.*))?");

    private final ManifestOptions manifests = new ManifestOptions(args);

    private final Arg<Boolean> dryRun =
            args.flag("--dry-run", "The agent checks all of it and changes nothing.");

    PolicyApplyCommand() {
        super(
                "apply",
                "Creates or replaces policies; returns when they are enforced.",
                "Several objects take effect at the same moment, or none does.");
    }

    /**
     * One object.
     *
     * @param shown as kubectl names it: {@code networkpolicy/default/web}
     */
    private record Target(String shown, ObjectNode object) {}

    @Override
    public Integer call() {
        final List<Target> targets = new ArrayList<>();
        for (final Manifest manifest : manifests.read()) {
            targets.add(target(manifest));
        }
        final ObjectNode list = Json.object().put("apiVersion", "v1").put("kind", "List");
        final ArrayNode items = list.putArray("items");
        targets.forEach(target -> items.add(target.object()));
        final String path = "/v1/apply" + (dryRun.value() ? "?dryRun=All" : "");
        final AgentClient agent = agent();
        final JsonNode answer;
        try {
            answer = agent.request("POST", path, "application/json", list);
        } catch (final AgentException e) {
            if (e.status() == 0) {
                throw e;
            }
            refused(e, targets);
            return Cli.FAILED;
        }
        for (int i = 0; i < targets.size(); i++) {
            final String outcome = answer.path("items").path(i).path("outcome").asText();
            final String shown = targets.get(i).shown() + " " + outcome;
            out().println(shown + (dryRun.value() ? " (dry run)" : ""));
        }
        agent.warnings().forEach(warning -> warn(warning, targets));
        return Cli.DONE;
    }

    private void warn(final String warning, final List<Target> targets) {
        final Matcher place = ITEM.matcher(warning);
        final int item = place.matches() ? Integer.parseInt(place.group(1)) : targets.size();
        final boolean known = item < targets.size() && place.group(2) != null;
        final String shown = known ? targets.get(item).shown() + ": " + place.group(2) : warning;
        err().println("weir: warning: " + shown);
    }

    private void refused(final AgentException refusal, final List<Target> targets) {
        if (refusal.causes().isEmpty()) {
            final String name = targets.size() == 1 ? targets.get(0).shown() + ": " : "";
            err().println("weir: " + name + refusal.getMessage());
        }
        for (final AgentException.Cause cause : refusal.causes()) {
            final Matcher place = ITEM.matcher(cause.field());
            final int item = place.matches() ? Integer.parseInt(place.group(1)) : targets.size();
            final boolean known = item < targets.size();
            final String field = known ? place.group(2) : cause.field();
            final String name = known ? targets.get(item).shown() + ": " : "";
            final String shown = field == null || field.isEmpty() ? name : name + field + ": ";
            err().println("weir: " + shown + cause.message());
        }
        if (targets.size() > 1) {
            err().println("weir: none of the " + targets.size() + " objects was applied");
        }
    }

    private Target target(final Manifest manifest) {
        final ObjectNode object = (ObjectNode) manifest.object();
        final String name = object.path("metadata").path("name").asText();
        final String kind = object.path("kind").asText();
        if (name.isEmpty()) {
            throw new CommandException(manifest.source() + ": metadata.name: missing");
        }
        return switch (kind) {
            case "NetworkPolicy" -> {
                final String namespace = PolicyPaths.namespaceOf(object, manifests.namespace());
                object.withObject("/metadata").put("namespace", namespace);
                yield new Target("networkpolicy/" + namespace + "/" + name, object);
            }
            case "ClusterNetworkPolicy" -> new Target("clusternetworkpolicy/" + name, object);
            case "Namespace" -> new Target("namespace/" + name, object);
            default ->
                    throw new CommandException(
                            manifest.source()
                                    + ": kind: "
                                    + (kind.isEmpty() ? "missing" : kind)
                                    + " (expected: NetworkPolicy, ClusterNetworkPolicy, Namespace"
                                    + " or List)");
        };
    }
}
