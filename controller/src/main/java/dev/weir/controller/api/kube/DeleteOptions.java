package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import java.util.List;

/**
 * What a deletion's body and query say. What has no meaning here (grace period, propagation) is
 * taken when it is well-formed.
 *
 * @param preconditions {@code uid} and {@code resourceVersion}; may be missing
 */
record DeleteOptions(boolean dryRun, JsonNode preconditions) {
    private static final List<String> POLICIES = List.of("Background", "Foreground", "Orphan");

    static DeleteOptions of(final Request request) {
        final ObjectNode options = request.body().length == 0 ? Json.object() : request.object();
        boolean dryRun = WriteOptions.dryRun(request);
        for (final JsonNode value : options.path("dryRun")) {
            WriteOptions.checkDryRun(value.asText());
            dryRun = true;
        }
        final String policy =
                request.query("propagationPolicy")
                        .orElse(options.path("propagationPolicy").asText(""));
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            throw WriteOptions.invalid(
                    "propagationPolicy",
                    "FieldValueNotSupported",
                    "Unsupported value: \""
                            + policy
                            + "\": supported values: \"Background\", \"Foreground\", \"Orphan\"");
        }
        return new DeleteOptions(dryRun, options.path("preconditions"));
    }
}
