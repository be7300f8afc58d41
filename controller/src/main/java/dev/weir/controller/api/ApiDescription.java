package dev.weir.controller.api;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /openapi.json}: the API's description, a file beside this class. */
final class ApiDescription {
    static final String RESOURCE = "openapi.json";

    private ApiDescription() {}

    static Handler handler() {
        final Response.Whole answer =
                new Response.Whole(200, "application/json", read(), List.of());
        return request -> CompletableFuture.completedFuture(answer);
    }

    private static byte[] read() {
        try (InputStream file = ApiDescription.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException(RESOURCE + ": not in the jar");
            }
            return file.readAllBytes();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
