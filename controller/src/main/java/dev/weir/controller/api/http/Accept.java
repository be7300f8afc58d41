package dev.weir.controller.api.http;

import java.util.Locale;

/** The Accept header: does the client take what a route makes? */
public final class Accept {
    private Accept() {}

    /**
     * Checks that a client takes a media type. Kubernetes clients list several; one fit is enough,
     * and one asked {@code as=Table} falls back to the plain object, as the API server may do.
     *
     * @param accept the header, empty for anything
     * @param produced such as {@code application/json}
     * @throws ApiException 406
     */
    public static void check(final String accept, final String produced) {
        if (accept.isBlank()) {
            return;
        }
        for (final String range : accept.split(",")) {
            if (covers(range.strip().toLowerCase(Locale.ROOT), produced)) {
                return;
            }
        }
        throw ApiException.notAcceptable(accept, produced);
    }

    /** A handler that answers in JSON; 406 for a client that takes none. */
    public static Handler json(final Handler handler) {
        return request -> {
            check(request.accept(), "application/json");
            return handler.handle(request);
        };
    }

    private static boolean covers(final String range, final String produced) {
        final String[] parts = range.split(";");
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].strip().matches("q=0(\\.0*)?")) {
                return false;
            }
        }
        final String type = parts[0].strip();
        return type.equals("*/*")
                || type.equals(produced)
                || type.equals(produced.substring(0, produced.indexOf('/')) + "/*");
    }
}
