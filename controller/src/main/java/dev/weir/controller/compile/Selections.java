package dev.weir.controller.compile;

import dev.weir.controller.policy.LabelSelector;
import java.util.List;
import java.util.Map;

/**
 * What was asked of a {@link WorkloadIndex}, and its answers.
 *
 * @param namespaceLabels of each namespace with a workload
 * @param namespaces by selector
 * @param workloads by namespace and selector
 */
record Selections(
        Map<String, Map<String, String>> namespaceLabels,
        Map<LabelSelector, List<String>> namespaces,
        Map<Query, List<Workload>> workloads) {
    static final Selections NONE = new Selections(Map.of(), Map.of(), Map.of());

    /** The workloads of one namespace that a selector selects. */
    record Query(String namespace, LabelSelector pods) {}
}
