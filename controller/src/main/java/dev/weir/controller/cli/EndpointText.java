package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.cli.text.TextTable;

/** Endpoints for people. */
final class EndpointText {
    private EndpointText() {}

    static TextTable table(final boolean wide) {
        return wide
                ? new TextTable(
                        "ID",
                        "NAMESPACE",
                        "POD",
                        "IPS",
                        "IDENTITY",
                        "INGRESS",
                        "EGRESS",
                        "INTERFACE",
                        "MAC",
                        "NETNS",
                        "HOOKS",
                        "LABELS")
                : new TextTable(
                        "ID", "NAMESPACE", "POD", "IPS", "IDENTITY", "INGRESS", "EGRESS", "LABELS");
    }

    static void row(final TextTable table, final JsonNode endpoint, final boolean wide) {
        final String id = endpoint.path("id").asText();
        final String namespace = endpoint.path("namespace").asText();
        final String pod = endpoint.path("pod").asText();
        final String ips = joined(endpoint.path("ips"));
        final String identity = endpoint.path("identity").asText();
        final String labels = Labels.text(endpoint.path("labels"));
        final String ingress = isolation(endpoint, "ingress");
        final String egress = isolation(endpoint, "egress");
        if (wide) {
            table.row(
                    id,
                    namespace,
                    pod,
                    ips,
                    identity,
                    ingress,
                    egress,
                    endpoint.path("interface").asText(),
                    endpoint.path("mac").asText(),
                    endpoint.path("netns").asText(),
                    hooks(endpoint.path("hooks")),
                    labels);
        } else {
            table.row(id, namespace, pod, ips, identity, ingress, egress, labels);
        }
    }

    /** {@code isolated} where a policy selects it in this direction. */
    private static String isolation(final JsonNode endpoint, final String direction) {
        final JsonNode policy = endpoint.path("policy").path(direction);
        final JsonNode isolated = policy.isObject() ? policy.path("isolated") : policy;
        return isolated.asBoolean() ? "isolated" : "open";
    }

    /** {@code from-container:tcx,to-container:tcx}; a hook with a problem says it. */
    static String hooks(final JsonNode hooks) {
        final StringBuilder text = new StringBuilder();
        for (final JsonNode hook : hooks) {
            text.append(text.length() == 0 ? "" : ",").append(hook.path("hook").asText());
            text.append(':').append(hook.path("mode").asText());
            final String problem = hook.path("problem").asText();
            text.append(problem.isEmpty() ? "" : "(" + problem + ")");
        }
        return text.toString();
    }

    static String joined(final JsonNode list) {
        final StringBuilder text = new StringBuilder();
        for (final JsonNode element : list) {
            text.append(text.length() == 0 ? "" : ",").append(element.asText());
        }
        return text.toString();
    }
}
