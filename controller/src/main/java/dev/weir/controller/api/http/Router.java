package dev.weir.controller.api.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the route of a request: a table, read top down. */
public final class Router {
    private final List<Route> routes;

    public Router(final List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** Every route, in the order of the table. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * The route for a method and a path.
     *
     * @param path as sent, without the query
     * @throws ApiException 400 for a path that is not percent-encoded right, 404, 405
     */
    Match find(final String method, final String path) {
        final List<String> segments = decode(path);
        final List<String> allowed = new ArrayList<>();
        for (final Route route : routes) {
            final Optional<Map<String, String>> parameters = route.match(segments);
            if (parameters.isPresent()) {
                if (route.method().equals(method)) {
                    return new Match(route, parameters.get());
                }
                allowed.add(route.method());
            }
        }
        throw allowed.isEmpty()
                ? ApiException.noSuchPath(path)
                : ApiException.methodNotAllowed(method, path, allowed);
    }

    private static List<String> decode(final String path) {
        if (!path.startsWith("/")) {
            throw ApiException.badRequest("path: " + path + " (expected: one that begins with /)");
        }
        try {
            final List<String> segments = Route.segments(path);
            // "+" is a plain character in a path; only a query makes it a space.
            segments.replaceAll(
                    segment -> QueryStringDecoder.decodeComponent(segment.replace("+", "%2B")));
            return segments;
        } catch (final IllegalArgumentException e) {
            throw ApiException.badRequest("path: " + path + " (" + e.getMessage() + ")");
        }
    }

    /**
     * A route and what stood in its braces.
     *
     * @param parameters by name, percent-decoded
     */
    record Match(Route route, Map<String, String> parameters) {}
}
