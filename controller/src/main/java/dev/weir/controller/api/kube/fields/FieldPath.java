package dev.weir.controller.api.kube.fields;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value is in an object.
 *
 * @param elements as {@code fieldsV1} writes them: {@code f:name} of a field, {@code v:value} of an
 *     element of a set, {@code k:{"key":value}} of an element of a list with keys
 */
record FieldPath(List<String> elements) implements Comparable<FieldPath> {
    static final FieldPath ROOT = new FieldPath(List.of());

    FieldPath child(final String element) {
        final List<String> longer = new ArrayList<>(elements);
        longer.add(element);
        return new FieldPath(List.copyOf(longer));
    }

    FieldPath parent() {
        return new FieldPath(elements.subList(0, elements.size() - 1));
    }

    String last() {
        return elements.get(elements.size() - 1);
    }

    /** True when this is {@code other} or something in it. */
    boolean isWithin(final FieldPath other) {
        return elements.size() >= other.elements.size()
                && elements.subList(0, other.elements.size()).equals(other.elements);
    }

    /** As the API server shows it in conflicts: {@code .metadata.labels.app}. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (final String element : elements) {
            final String rest = element.substring(2);
            switch (element.charAt(0)) {
                case 'f' -> text.append('.').append(rest);
                case 'v' -> text.append("[=").append(rest).append(']');
                default -> {
                    final String keys = rest.substring(1, rest.length() - 1);
                    text.append('[').append(keys.replace("\":", "=").replace("\"", ""));
                    text.append(']');
                }
            }
        }
        return text.toString();
    }

    @Override
    public int compareTo(final FieldPath other) {
        for (int i = 0; i < Math.min(elements.size(), other.elements.size()); i++) {
            final int order = elements.get(i).compareTo(other.elements.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(elements.size(), other.elements.size());
    }
}
