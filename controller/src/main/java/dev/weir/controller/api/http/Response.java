package dev.weir.controller.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a handler gives back. */
public sealed interface Response {
    /** HTTP status. */
    int code();

    String contentType();

    /** 200 with a JSON body. */
    static Whole json(final JsonNode body) {
        return json(200, body);
    }

    static Whole json(final int code, final JsonNode body) {
        return new Whole(code, "application/json", Json.bytes(body), List.of());
    }

    /** 200 without a body. */
    static Whole empty() {
        return new Whole(200, "application/json", new byte[0], List.of());
    }

    static Whole text(final int code, final String body) {
        return new Whole(
                code,
                "text/plain; charset=utf-8",
                body.getBytes(StandardCharsets.UTF_8),
                List.of());
    }

    /**
     * An answer that is there as a whole.
     *
     * @param body the bytes as they are sent
     * @param allow the methods for the {@code Allow} header, empty for none
     * @param warnings each for a {@code Warning} header: the request was carried out, but
     */
    record Whole(
            int code, String contentType, byte[] body, List<String> allow, List<String> warnings)
            implements Response {
        public Whole(
                final int code,
                final String contentType,
                final byte[] body,
                final List<String> allow) {
            this(code, contentType, body, allow, List.of());
        }

        /** The same, with warnings. */
        public Whole withWarnings(final List<String> all) {
            return new Whole(code, contentType, body, allow, List.copyOf(all));
        }
    }

    /**
     * An answer that is made while it is sent, as fast as the client reads.
     *
     * @param chunks closed when the answer is over or the client gone
     */
    record Streamed(String contentType, Chunks chunks) implements Response {
        @Override
        public int code() {
            return 200;
        }
    }
}
