package dev.weir.controller.api.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the route table.
 *
 * @param method upper case
 * @param pattern a path whose segments may be {@code {name}}, as OpenAPI writes it
 * @param onEventLoop true for handlers that only read memory and must answer under any load
 */
public record Route(String method, String pattern, boolean onEventLoop, Handler handler) {
    /** A route whose handler runs on a worker thread. */
    public static Route of(final String method, final String pattern, final Handler handler) {
        return new Route(method, pattern, false, handler);
    }

    /** A route whose handler never blocks and answers at once. */
    public static Route prompt(final String method, final String pattern, final Handler handler) {
        return new Route(method, pattern, true, handler);
    }

    /** What stands in the braces when {@code path} (decoded segments) is one of this route's. */
    Optional<Map<String, String>> match(final List<String> path) {
        final List<String> mine = segments(pattern);
        if (mine.size() != path.size()) {
            return Optional.empty();
        }
        final Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < mine.size(); i++) {
            final String segment = mine.get(i);
            if (segment.startsWith("{")) {
                if (path.get(i).isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(segment.substring(1, segment.length() - 1), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    static List<String> segments(final String path) {
        return new ArrayList<>(List.of(path.substring(1).split("/", -1)));
    }
}
