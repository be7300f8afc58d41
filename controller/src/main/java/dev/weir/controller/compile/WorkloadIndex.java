package dev.weir.controller.compile;

import dev.weir.controller.policy.LabelSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds workloads by selector: by one of the selector's exact labels first, then by the rest. */
final class WorkloadIndex {
    private final Map<String, List<Workload>> byNamespace = new TreeMap<>();
    private final Map<Label, List<Workload>> byLabel = new HashMap<>();
    private final Map<Query, List<Workload>> answers = new HashMap<>();
    private final Map<LabelSelector, List<String>> namespaceAnswers = new HashMap<>();
    private final DesiredState desired;

    /**
     * @param workloads each once, in an order that is the same for the same endpoints
     */
    WorkloadIndex(final Collection<Workload> workloads, final DesiredState desired) {
        this.desired = desired;
        for (final Workload workload : workloads) {
            byNamespace
                    .computeIfAbsent(workload.namespace(), name -> new ArrayList<>())
                    .add(workload);
            workload.labels()
                    .forEach(
                            (key, value) ->
                                    byLabel.computeIfAbsent(
                                                    new Label(workload.namespace(), key, value),
                                                    label -> new ArrayList<>())
                                            .add(workload));
        }
    }

    /** Those of one namespace. */
    List<Workload> select(final String namespace, final LabelSelector pods) {
        return answers.computeIfAbsent(
                new Query(namespace, pods),
                query -> {
                    final List<Workload> found = new ArrayList<>();
                    for (final Workload workload : candidates(namespace, pods)) {
                        if (pods.matches(workload.labels())) {
                            found.add(workload);
                        }
                    }
                    return found;
                });
    }

    private List<Workload> candidates(final String namespace, final LabelSelector pods) {
        List<Workload> fewest = byNamespace.getOrDefault(namespace, List.of());
        for (final Map.Entry<String, String> label : pods.matchLabels().entrySet()) {
            final List<Workload> labelled =
                    byLabel.getOrDefault(
                            new Label(namespace, label.getKey(), label.getValue()), List.of());
            if (labelled.size() < fewest.size()) {
                fewest = labelled;
            }
        }
        return fewest;
    }

    /** Those of every namespace that {@code namespaces} selects. */
    List<Workload> select(final LabelSelector namespaces, final LabelSelector pods) {
        final List<String> names =
                namespaceAnswers.computeIfAbsent(
                        namespaces,
                        selector ->
                                byNamespace.keySet().stream()
                                        .filter(
                                                name ->
                                                        selector.matches(
                                                                desired.namespaceLabels(name)))
                                        .toList());
        final List<Workload> found = new ArrayList<>();
        names.forEach(name -> found.addAll(select(name, pods)));
        return found;
    }

    private record Label(String namespace, String key, String value) {}

    private record Query(String namespace, LabelSelector pods) {}
}
