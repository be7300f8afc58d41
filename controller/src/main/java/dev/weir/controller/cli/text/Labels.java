package dev.weir.controller.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Map;

/** Labels as kubectl writes them: {@code key=value} sets one, {@code key-} takes it away. */
public final class Labels {
    private Labels() {}

    /**
     * The merge patch that does what {@code words} say; a removed label is null in it.
     *
     * @throws IllegalArgumentException if a word is neither form, or a key comes twice
     */
    public static ObjectNode patch(final List<String> words) {
        final ObjectNode patch = Json.object();
        for (final String word : words) {
            final int equals = word.indexOf('=');
            final boolean removes = equals < 0 && word.endsWith("-");
            final String key =
                    removes
                            ? word.substring(0, word.length() - 1)
                            : equals < 0 ? "" : word.substring(0, equals);
            if (key.isEmpty()) {
                throw new IllegalArgumentException(
                        "label: " + word + " (expected: key=value, or key- to remove it)");
            }
            if (patch.has(key)) {
                throw new IllegalArgumentException("label: " + key + " comes twice");
            }
            if (removes) {
                patch.putNull(key);
            } else {
                patch.put(key, word.substring(equals + 1));
            }
        }
        return patch;
    }

    /** {@code app=web,tier=front}; empty where there are none. */
    public static String text(final JsonNode labels) {
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<String, JsonNode> label : labels.properties()) {
            text.append(text.length() == 0 ? "" : ",")
                    .append(label.getKey())
                    .append('=')
                    .append(label.getValue().asText());
        }
        return text.toString();
    }
}
