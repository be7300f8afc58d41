package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Chunks;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.capture.CaptureFormat;
import dev.weir.controller.capture.CaptureQuery;
import dev.weir.controller.capture.CaptureQueryParser;
import dev.weir.controller.capture.CaptureRefusedException;
import dev.weir.controller.capture.CaptureSource;
import dev.weir.controller.capture.CaptureStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/capture}: packets as pcapng, or with {@code format=json} one JSON object a line,
 * until a limit is reached or the client goes.
 */
record CapturePackets(CaptureSource captures) implements Handler {
    private static final String PCAPNG = "application/vnd.tcpdump.pcap-ng";
    private static final String LINES = "application/x-ndjson";

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final boolean lines = lines(request);
        final String type = lines ? LINES : PCAPNG;
        for (final String once : List.of("packets", "size", "duration", "snaplen")) {
            request.query(once);
        }
        final Map<String, List<String>> parameters = new LinkedHashMap<>(request.query());
        parameters.remove("format");
        final CaptureQuery query = CaptureQueryParser.parse(parameters);
        try {
            final CaptureStream stream =
                    captures.start(query, lines ? CaptureFormat.JSON_LINES : CaptureFormat.PCAPNG);
            return CompletableFuture.completedFuture(
                    new Response.Streamed(type, new StreamChunks(stream)));
        } catch (final CaptureRefusedException e) {
            throw switch (e.why()) {
                case BUSY -> ApiException.of(409, "Conflict", e.getMessage(), null);
                case NOBODY -> ApiException.of(404, "NotFound", e.getMessage(), null);
            };
        }
    }

    private static boolean lines(final Request request) {
        final String format = request.query("format").orElse("pcapng");
        return switch (format) {
            case "pcapng" -> false;
            case "json" -> true;
            default ->
                    throw ApiException.badRequest(
                            "query format: " + format + " (expected: pcapng or json)");
        };
    }

    /** As the server wants it. */
    private record StreamChunks(CaptureStream stream) implements Chunks {
        @Override
        public void onReady(final Runnable ready) {
            stream.onReady(ready);
        }

        @Override
        public byte[] next() {
            return stream.next();
        }

        @Override
        public boolean ended() {
            return stream.ended();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
