package dev.weir.controller.compile;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The workload of each endpoint.
 *
 * @param byEndpoint by endpoint number
 * @param distinct each once, with itself as the value; in the order of the first endpoint that is
 *     one
 */
record Workloads(Map<Integer, Workload> byEndpoint, Map<Workload, Workload> distinct) {
    static final Workloads NONE = new Workloads(Map.of(), Map.of());

    static Workloads of(final DesiredState desired, final Workloads before) {
        final Map<Integer, Workload> byEndpoint = new HashMap<>();
        final Map<Workload, Workload> distinct = new LinkedHashMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) -> {
                            final Workload made = Workload.of(endpoint);
                            final Workload workload = before.distinct.getOrDefault(made, made);
                            final Workload twin = distinct.putIfAbsent(workload, workload);
                            byEndpoint.put(number, twin == null ? workload : twin);
                        });
        return new Workloads(byEndpoint, distinct);
    }

    Workload of(final EndpointSpec endpoint) {
        return byEndpoint.get(endpoint.number());
    }

    /** Each once. */
    Set<Workload> all() {
        return distinct.keySet();
    }
}
