package dev.weir.controller.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the fields of a document stand in its text, by path: {@code spec.ingress[0].from}. A member
 * stands where its name does, an element where it begins.
 */
public final class Positions {
    private final Map<String, Position> byPath;
    private final String prefix;

    private Positions(final Map<String, Position> byPath, final String prefix) {
        this.byPath = byPath;
        this.prefix = prefix;
    }

    Positions() {
        this(new HashMap<>(), "");
    }

    /**
     * A place in a text.
     *
     * @param line from 1
     * @param column from 1
     */
    public record Position(int line, int column) {}

    /** A document and where its fields stand. */
    public record Located(JsonNode node, Positions positions) {}

    void put(final String path, final int line, final int column) {
        byPath.putIfAbsent(path, new Position(line, column));
    }

    static String member(final String path, final String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String element(final String path, final int index) {
        return path + "[" + index + "]";
    }

    /** The same document, by paths that begin at {@code path}. */
    public Positions under(final String path) {
        return new Positions(byPath, member(prefix, path));
    }

    /**
     * Of the field, or of the nearest one around it that is there; a member may be written {@code
     * labels[app]} too, as Kubernetes does.
     */
    public Position of(final String field) {
        String path = field.isEmpty() ? prefix : member(prefix, field);
        while (!path.isEmpty()) {
            final Position found = byPath.get(path);
            if (found != null) {
                return found;
            }
            final int bracket = path.endsWith("]") ? path.lastIndexOf('[') : -1;
            if (bracket >= 0) {
                final String name = path.substring(bracket + 1, path.length() - 1);
                final Position named = byPath.get(member(path.substring(0, bracket), name));
                if (named != null) {
                    return named;
                }
            }
            path = path.substring(0, Math.max(0, bracket >= 0 ? bracket : path.lastIndexOf('.')));
        }
        return byPath.getOrDefault("", new Position(1, 1));
    }
}
