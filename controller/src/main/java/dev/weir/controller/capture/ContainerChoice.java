package dev.weir.controller.capture;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowCondition.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Filters of one field are alternatives, of different ones all hold; a negated one must not. */
final class ContainerChoice implements Predicate<Endpoint> {
    private final Map<Field, List<Predicate<Endpoint>>> wanted = new EnumMap<>(Field.class);
    private final List<Predicate<Endpoint>> unwanted = new ArrayList<>();

    void add(final Field field, final boolean negated, final Predicate<Endpoint> filter) {
        if (negated) {
            unwanted.add(filter);
        } else {
            wanted.computeIfAbsent(field, any -> new ArrayList<>()).add(filter);
        }
    }

    @Override
    public boolean test(final Endpoint endpoint) {
        return unwanted.stream().noneMatch(filter -> filter.test(endpoint))
                && wanted.values().stream()
                        .allMatch(any -> any.stream().anyMatch(filter -> filter.test(endpoint)));
    }
}
