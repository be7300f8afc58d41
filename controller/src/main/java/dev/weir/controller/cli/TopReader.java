package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the agent again and again, and remembers of the last time what rates need. */
final class TopReader {
    private final AgentClient agent;
    private final Map<Integer, JsonNode> before = new HashMap<>();
    private List<String> filters;
    private long lastNanos;

    /** Reads from {@code agent}; {@code filters} are those of flows, as a query has them. */
    TopReader(final AgentClient agent, final List<String> filters) {
        this.agent = agent;
        this.filters = List.copyOf(filters);
    }

    List<String> filters() {
        return filters;
    }

    void filters(final List<String> wanted) {
        filters = List.copyOf(wanted);
    }

    /** At most {@code limit} items, sorted; rates are since the last call. */
    List<JsonNode> read(final TopView view, final TopOrder by, final int limit) {
        final long now = System.nanoTime();
        final double seconds = (now - lastNanos) / 1e9;
        lastNanos = now;
        return view.read(agent, by, limit, filters, before, seconds);
    }
}
