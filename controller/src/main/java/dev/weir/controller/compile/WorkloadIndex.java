package dev.weir.controller.compile;

import dev.weir.controller.compile.Selections.Query;
import dev.weir.controller.policy.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds workloads by selector: by one of the selector's exact labels first, then by the rest. An
 * answer of before holds but for the workloads that came and went since.
 */
final class WorkloadIndex {
    private final Map<String, List<Workload>> byNamespace = new TreeMap<>();
    private final Map<Label, List<Workload>> byLabel = new HashMap<>();
    private final Map<String, List<Workload>> come = new HashMap<>();
    private final Map<String, Set<Workload>> gone = new HashMap<>();
    private final Map<Query, List<Workload>> answers = new HashMap<>();
    private final Map<LabelSelector, List<String>> namespaceAnswers = new HashMap<>();
    private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();
    private final Selections before;
    private final boolean sameNamespaces;

    /**
     * @param workloads each once
     * @param workloadsBefore those that {@code before} is about
     */
    WorkloadIndex(
            final Set<Workload> workloads,
            final DesiredState desired,
            final Set<Workload> workloadsBefore,
            final Selections before) {
        this.before = before;
        for (final Workload workload : workloads) {
            add(workload);
            if (!workloadsBefore.contains(workload)) {
                come.computeIfAbsent(workload.namespace(), name -> new ArrayList<>()).add(workload);
            }
        }
        for (final Workload workload : workloadsBefore) {
            if (!workloads.contains(workload)) {
                gone.computeIfAbsent(workload.namespace(), name -> new HashSet<>()).add(workload);
            }
        }
        byNamespace
                .keySet()
                .forEach(name -> namespaceLabels.put(name, desired.namespaceLabels(name)));
        this.sameNamespaces = namespaceLabels.equals(before.namespaceLabels());
    }

    private void add(final Workload workload) {
        byNamespace.computeIfAbsent(workload.namespace(), name -> new ArrayList<>()).add(workload);
        workload.labels()
                .forEach(
                        (key, value) ->
                                byLabel.computeIfAbsent(
                                                new Label(workload.namespace(), key, value),
                                                label -> new ArrayList<>())
                                        .add(workload));
    }

    /** Those of one namespace. */
    List<Workload> select(final String namespace, final LabelSelector pods) {
        return answers.computeIfAbsent(new Query(namespace, pods), this::answer);
    }

    private List<Workload> answer(final Query query) {
        final List<Workload> old = before.workloads().get(query);
        if (old == null) {
            return matching(candidates(query.namespace(), query.pods()), query.pods());
        }
        final List<Workload> more =
                matching(come.getOrDefault(query.namespace(), List.of()), query.pods());
        final Set<Workload> less = gone.getOrDefault(query.namespace(), Set.of());
        if (more.isEmpty() && (less.isEmpty() || old.stream().noneMatch(less::contains))) {
            return old;
        }
        final List<Workload> found = new ArrayList<>(old);
        found.removeIf(less::contains);
        found.addAll(more);
        return found;
    }

    private static List<Workload> matching(
            final List<Workload> workloads, final LabelSelector pods) {
        final List<Workload> found = new ArrayList<>();
        for (final Workload workload : workloads) {
            if (pods.matches(workload.labels())) {
                found.add(workload);
            }
        }
        return found;
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
        final List<Workload> found = new ArrayList<>();
        namespaceAnswers
                .computeIfAbsent(namespaces, this::names)
                .forEach(name -> found.addAll(select(name, pods)));
        return found;
    }

    private List<String> names(final LabelSelector selector) {
        final List<String> old = sameNamespaces ? before.namespaces().get(selector) : null;
        return old != null
                ? old
                : byNamespace.keySet().stream()
                        .filter(name -> selector.matches(namespaceLabels.get(name)))
                        .toList();
    }

    /** For the index of the next compile. */
    Selections selections() {
        return new Selections(namespaceLabels, namespaceAnswers, answers);
    }

    private record Label(String namespace, String key, String value) {}
}
