package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** {@code resourceVersion} and {@code continue} of reads. */
final class Versions {
    private Versions() {}

    /**
     * The version asked for, empty when none is or any will do.
     *
     * @throws ApiException 400 when it is not a number
     */
    static Optional<Long> of(final Request request) {
        final String text = request.query("resourceVersion").orElse("");
        if (text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        return Optional.of(number(text));
    }

    static long number(final String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw ApiException.badRequest(
                    "query resourceVersion: Invalid value: \"" + text + "\": must be a number");
        }
        return Long.parseLong(text);
    }

    /** 410: what happened since then is not known any more; the client has to list anew. */
    static ApiException expired(final long version) {
        return ApiException.of(410, "Expired", "too old resource version: " + version, null);
    }

    /** 504: of another life of the state directory. */
    static ApiException tooLarge(final long version, final long newest) {
        return ApiException.of(
                504,
                "Timeout",
                "Too large resource version: " + version + ", current: " + newest,
                null);
    }

    /**
     * Where a list goes on.
     *
     * @param version of the state that the whole list is of
     * @param after key of the last object given
     */
    record Continuation(long version, String after) {
        String token() {
            final byte[] json =
                    Json.bytes(
                            Json.object()
                                    .put("v", "meta.k8s.io/v1")
                                    .put("rv", version)
                                    .put("start", after));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
        }

        static Continuation of(final String token) {
            try {
                final byte[] json = Base64.getUrlDecoder().decode(token);
                final ObjectNode node =
                        Request.requireObject(
                                dev.weir.controller.document.Json.read(
                                        new String(json, StandardCharsets.UTF_8)));
                if (node.path("rv").canConvertToLong() && node.path("start").isTextual()) {
                    return new Continuation(node.path("rv").asLong(), node.path("start").asText());
                }
            } catch (final IllegalArgumentException | IOException | ApiException e) {
                // What a client made up itself: said below.
            }
            throw ApiException.badRequest("continue key is not valid: " + token);
        }
    }
}
