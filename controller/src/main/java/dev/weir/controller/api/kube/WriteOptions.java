package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Request;
import java.util.List;

/** The query parameters of writes: {@code dryRun=All}; others of Kubernetes change nothing here. */
final class WriteOptions {
    private WriteOptions() {}

    /**
     * True for {@code dryRun=All}.
     *
     * @throws ApiException 422 for any other value
     */
    static boolean dryRun(final Request request) {
        final List<String> values = request.query().getOrDefault("dryRun", List.of());
        for (final String value : values) {
            checkDryRun(value);
        }
        return !values.isEmpty();
    }

    static void checkDryRun(final String value) {
        if (!value.equals("All")) {
            throw ApiException.invalid(
                    Details.of("meta.k8s.io", "options", "")
                            .withCauses(
                                    List.of(
                                            new Details.Cause(
                                                    "FieldValueNotSupported",
                                                    "Unsupported value: \""
                                                            + value
                                                            + "\": supported values: \"All\"",
                                                    "dryRun"))));
        }
    }
}
