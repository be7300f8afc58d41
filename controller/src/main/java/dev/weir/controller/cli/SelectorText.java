package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.Labels;

/** Label selectors as {@code kubectl get networkpolicy} prints them. */
final class SelectorText {
    private SelectorText() {}

    /** {@code app=web,tier in (a,b),!old}; {@code <all>} for an empty one. */
    static String of(final JsonNode selector) {
        final StringBuilder text = new StringBuilder(Labels.text(selector.path("matchLabels")));
        for (final JsonNode expression : selector.path("matchExpressions")) {
            final String key = expression.path("key").asText();
            final String values = "(" + joined(expression.path("values")) + ")";
            text.append(text.length() == 0 ? "" : ",");
            text.append(
                    switch (expression.path("operator").asText()) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        return text.length() == 0 ? "<all>" : text.toString();
    }

    /** Comma-separated. */
    static String joined(final JsonNode list) {
        final StringBuilder text = new StringBuilder();
        for (final JsonNode element : list) {
            text.append(text.length() == 0 ? "" : ",").append(element.asText());
        }
        return text.toString();
    }
}
