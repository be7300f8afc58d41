package dev.weir.controller.flow;

import dev.weir.dataplane.table.RuleCounters;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each rule decided, and when it last did: the counters of {@code weir_rules} carry no time,
 * so they are looked at once a second. Safe for any thread.
 */
public final class RuleActivity {
    private final RuleCounters counters;
    private final Clock clock;
    private final Map<Integer, Seen> seen = new ConcurrentHashMap<>();
    private volatile boolean started;

    /**
     * @param clock gives the times of hits
     */
    public RuleActivity(final RuleCounters counters, final Clock clock) {
        this.counters = counters;
        this.clock = clock;
    }

    /**
     * Packets and bytes since the rule has its number, over restarts of the agent.
     *
     * @param last time of the last hit, to the second; absent if there was none since the agent
     *     started
     */
    public record Hits(long packets, long bytes, Optional<Instant> last) {}

    private record Seen(long packets, Optional<Instant> last) {}

    /**
     * Looks at the counters. What a rule has counted before the first look is of an unknown time.
     *
     * @param rules in use; others are forgotten
     */
    public void sample(final Collection<Integer> rules) {
        seen.keySet().retainAll(rules);
        rules.forEach(this::look);
        started = true;
    }

    public Hits hits(final int rule) {
        final Seen now = look(rule);
        return new Hits(
                now.packets, rule < counters.capacity() ? counters.bytes(rule) : 0, now.last);
    }

    private Seen look(final int rule) {
        return seen.compute(
                rule,
                (number, before) -> {
                    final long packets = rule < counters.capacity() ? counters.packets(rule) : 0;
                    final long known = before != null ? before.packets : started ? 0 : packets;
                    if (packets != known) {
                        return new Seen(packets, Optional.of(clock.instant()));
                    }
                    return before != null ? before : new Seen(packets, Optional.empty());
                });
    }
}
