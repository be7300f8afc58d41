package dev.weir.controller.conflist;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import java.io.IOException;

/**
 * Puts one plugin at the end of a CNI network's chain and takes it out again. Both work on the
 * text, so that everything else keeps its form, and adding and removing gives the same bytes back.
 */
public final class Conflist {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final String text;
    private final String name;

    /** Where things stand in the text; -1 where they do not. */
    private int lastPluginEnd = -1;

    private int ownStart = -1;
    private int ownEnd = -1;
    private int previousEnd = -1;
    private int nextStart = -1;

    /**
     * Reads a network.
     *
     * @param type of the plugin to add or remove
     * @throws IOException if {@code text} is no list of plugins
     */
    public Conflist(final String text, final String type) throws IOException {
        this.text = text;
        final JsonNode network = Json.read(text);
        name = network.path("name").asText();
        final JsonNode plugins = network.path("plugins");
        if (name.isEmpty() || !plugins.isArray() || plugins.isEmpty()) {
            throw new IOException("no CNI network (expected: name, and plugins with one at least)");
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final boolean found = parser.currentName().equals("plugins");
                parser.nextToken();
                if (found) {
                    locate(parser, plugins, type);
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private void locate(final JsonParser parser, final JsonNode plugins, final String type)
            throws IOException {
        for (final JsonNode plugin : plugins) {
            parser.nextToken();
            final int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            final int end = (int) parser.currentLocation().getCharOffset();
            if (ownStart < 0 && plugin.path("type").asText().equals(type)) {
                ownStart = start;
                ownEnd = end;
                previousEnd = lastPluginEnd;
            } else if (ownStart >= 0 && nextStart < 0) {
                nextStart = start;
            }
            lastPluginEnd = end;
        }
        parser.nextToken();
    }

    /** The network's name. */
    public String name() {
        return name;
    }

    /** As it was read. */
    String text() {
        return text;
    }

    /** The plugin's entry as it stands in the text; empty when it is not in the chain. */
    String entry() {
        return has() ? text.substring(ownStart, ownEnd) : "";
    }

    /** True when the plugin is in the chain. */
    public boolean has() {
        return ownStart >= 0;
    }

    /** The text with {@code plugin}, a JSON object, as the last of the chain. */
    public String with(final String plugin) {
        if (has()) {
            return text.substring(0, ownStart) + plugin + text.substring(ownEnd);
        }
        return text.substring(0, lastPluginEnd)
                + ",\n    "
                + plugin
                + text.substring(lastPluginEnd);
    }

    /** The text without the plugin. */
    public String without() {
        if (!has()) {
            return text;
        }
        if (previousEnd >= 0) {
            return text.substring(0, previousEnd) + text.substring(ownEnd);
        }
        return text.substring(0, ownStart) + text.substring(nextStart < 0 ? ownEnd : nextStart);
    }
}
