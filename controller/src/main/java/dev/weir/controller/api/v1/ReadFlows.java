package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Accept;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.FlowQuery;
import dev.weir.controller.flow.FlowQueryParser;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/flows}: a list, or with {@code follow=true} one JSON object a line without end.
 * Past flows are in a stream only if {@code last} or {@code since} asks for them.
 */
record ReadFlows(FlowHistory history, Clock clock) implements Handler {
    private static final String LINES = "application/x-ndjson";

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final boolean follow = request.flag("follow");
        final Map<String, List<String>> filters = new LinkedHashMap<>(request.query());
        filters.remove("follow");
        for (final String once : List.of("first", "last", "since", "until")) {
            request.query(once);
        }
        final FlowQuery query = FlowQueryParser.parse(filters, clock);
        if (!follow) {
            Accept.check(request.accept(), "application/json");
            return CompletableFuture.completedFuture(
                    new Response.Streamed("application/json", new FlowList(history.query(query))));
        }
        for (final String ended : List.of("first", "until")) {
            if (filters.containsKey(ended)) {
                throw ApiException.badRequest(
                        "query " + ended + ": given (expected: not with follow)");
            }
        }
        final boolean withPast = filters.containsKey("last") || filters.containsKey("since");
        return CompletableFuture.completedFuture(
                new Response.Streamed(LINES, new FlowLines(history, query, withPast)));
    }
}
