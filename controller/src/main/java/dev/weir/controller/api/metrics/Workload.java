package dev.weir.controller.api.metrics;

import dev.weir.controller.endpoint.Endpoint;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.regex.Pattern;

/** What several containers have in common: a name that stays when one is replaced by the next. */
public record Workload(String namespace, String name) {
    /** Where series go that would exceed the budget. */
    static final Workload OTHER = new Workload("other", "other");

    private static final List<String> LABELS = List.of("app.kubernetes.io/name", "app", "k8s-app");

    /**
     * What a controller of Kubernetes puts behind its own name: a Deployment the template's hash
     * and five characters, a DaemonSet or Job five characters (of an alphabet without vowels), a
     * StatefulSet a number.
     */
    private static final Pattern GENERATED =
            Pattern.compile(
                    "(-[0-9a-f]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|(?<=[a-z])-[0-9]{1,4}$");

    /** The first of the usual labels, else the pod's name without what was put behind it. */
    public static Workload of(final Endpoint endpoint) {
        for (final String label : LABELS) {
            final String value = endpoint.labels().get(label);
            if (value != null && !value.isEmpty()) {
                return new Workload(endpoint.namespace(), value);
            }
        }
        final boolean named = !endpoint.pod().equals(endpoint.containerId());
        return new Workload(
                endpoint.namespace(),
                named ? GENERATED.matcher(endpoint.pod()).replaceFirst("") : endpoint.pod());
    }

    Labels labels() {
        return Labels.of("namespace", namespace, "workload", name);
    }
}
