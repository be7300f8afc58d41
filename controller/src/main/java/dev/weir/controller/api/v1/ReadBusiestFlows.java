package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.flow.BusiestFlows;
import dev.weir.controller.flow.FlowQuery;
import dev.weir.controller.flow.FlowQueryParser;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/flows/top}: the busiest flows {@code by} bytes, packets, drops, rtt or
 * retransmits, with rates since an earlier call; filters as of {@code /v1/flows}.
 */
record ReadBusiestFlows(BusiestFlows flows, Clock clock) implements Handler {
    private static final int MOST = 1_000;
    private static final List<String> NOT_HERE = List.of("first", "since", "until");

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final BusiestFlows.Order order = order(request.query("by").orElse("bytes"));
        final Map<String, List<String>> filters = new LinkedHashMap<>(request.query());
        filters.remove("by");
        for (final String name : NOT_HERE) {
            if (filters.containsKey(name)) {
                throw ApiException.badRequest(
                        "query " + name + ": given (expected: by, last and filters)");
            }
        }
        request.query("last");
        final FlowQuery query = FlowQueryParser.parse(filters, clock);
        if (query.last() > MOST) {
            throw ApiException.badRequest(
                    "query last: " + query.last() + " (expected: at most " + MOST + ")");
        }
        final BusiestFlows.Answer answer = flows.busiest(query, order);
        final ObjectNode body = Json.object();
        body.set("items", Json.tree(answer.items()));
        body.put("time", clock.instant().toString());
        body.put("seconds", answer.seconds());
        body.set("completeness", Json.tree(answer.completeness()));
        return CompletableFuture.completedFuture(Response.json(body));
    }

    private static BusiestFlows.Order order(final String text) {
        for (final BusiestFlows.Order order : BusiestFlows.Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(text)) {
                return order;
            }
        }
        throw ApiException.badRequest(
                "query by: " + text + " (expected: bytes, packets, drops, rtt or retransmits)");
    }
}
