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
 * @param runs on which thread the handler is called
 */
public record Route(String method, String pattern, Runs runs, Handler handler) {
    /** Where a handler is called. */
    public enum Runs {
        /** It may block, or take its time. */
        ON_WORKER,
        /** It only reads memory, answers at once, and must do so under any load. */
        ON_EVENT_LOOP,
        /**
         * It never blocks; a small body takes it less time than to wake a worker would (0.6 ms on a
         * virtual machine whose CPU sleeps). A large one goes to a worker.
         */
        BY_BODY
    }

    private static final int SMALL_BODY = 16 << 10;

    /** A route whose handler runs on a worker thread. */
    public static Route of(final String method, final String pattern, final Handler handler) {
        return new Route(method, pattern, Runs.ON_WORKER, handler);
    }

    /** A route whose handler never blocks and answers at once. */
    public static Route prompt(final String method, final String pattern, final Handler handler) {
        return new Route(method, pattern, Runs.ON_EVENT_LOOP, handler);
    }

    /** A route whose handler never blocks and takes its time with large bodies only. */
    public static Route brief(final String method, final String pattern, final Handler handler) {
        return new Route(method, pattern, Runs.BY_BODY, handler);
    }

    boolean needsWorker(final Request request) {
        return runs == Runs.ON_WORKER || runs == Runs.BY_BODY && request.body().length > SMALL_BODY;
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
