package dev.weir.controller.api.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code Status} object that Kubernetes answers errors and deletions with. */
public final class KubernetesStatus {
    private KubernetesStatus() {}

    /** The answer to a deletion. */
    public static ObjectNode success(final Details details) {
        final ObjectNode status = head("Success");
        addDetails(status, details);
        return status;
    }

    /** The answer to a request that failed; {@code details} may be null. */
    public static ObjectNode failure(
            final int code, final String reason, final String message, final Details details) {
        final ObjectNode status = head("Failure").put("message", message).put("reason", reason);
        addDetails(status, details);
        return status.put("code", code);
    }

    private static ObjectNode head(final String outcome) {
        final ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", outcome);
    }

    private static void addDetails(final ObjectNode status, final Details details) {
        if (details == null) {
            return;
        }
        final ObjectNode node = status.putObject("details");
        putUnlessEmpty(node, "name", details.name());
        putUnlessEmpty(node, "group", details.group());
        putUnlessEmpty(node, "kind", details.kind());
        putUnlessEmpty(node, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            final ArrayNode causes = node.putArray("causes");
            for (final Details.Cause cause : details.causes()) {
                final ObjectNode one = causes.addObject().put("reason", cause.reason());
                one.put("message", cause.message());
                putUnlessEmpty(one, "field", cause.field());
            }
        }
    }

    private static void putUnlessEmpty(
            final ObjectNode node, final String name, final String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }
}
