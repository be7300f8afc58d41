package dev.weir.controller.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.api.metrics.TrafficTotals;
import dev.weir.controller.apply.EndpointObserver;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.CounterBaseline;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.controller.redirect.RedirectControl;
import dev.weir.controller.shield.ShieldControl;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.table.CounterTable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what happens to endpoints to those who count, shield and redirect. */
final class EndpointRoles implements EndpointObserver {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointRoles.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FlowSweep flows;
    private final TrafficTotals traffic;
    private final ShieldControl shield;
    private final RedirectControl redirect;
    private final ProcessLookup processes;
    private final CounterTable counters;
    private final SnapshotNames names;
    private final boolean countersKept;
    private final long tickNanos;
    private boolean running;
    private boolean any;

    /**
     * @param countersKept the counters are those of the earlier agent: what was measured then holds
     * @param tickMillis time between two looks of the shield
     */
    EndpointRoles(
            final FlowSweep flows,
            final TrafficTotals traffic,
            final ShieldControl shield,
            final RedirectControl redirect,
            final ProcessLookup processes,
            final CounterTable counters,
            final SnapshotNames names,
            final boolean countersKept,
            final long tickMillis) {
        this.flows = flows;
        this.traffic = traffic;
        this.shield = shield;
        this.redirect = redirect;
        this.processes = processes;
        this.counters = counters;
        this.names = names;
        this.countersKept = countersKept;
        this.tickNanos = TimeUnit.MILLISECONDS.toNanos(tickMillis);
    }

    @Override
    public JsonNode measure(final int number) {
        return JSON.valueToTree(CounterBaseline.read(counters, number));
    }

    @Override
    public void attached(final Endpoint endpoint, final JsonNode measured) {
        final Optional<CounterBaseline> baseline = baseline(endpoint, measured);
        flows.attached(endpoint, baseline);
        traffic.attached(endpoint, !running);
        redirect.changed(endpoint);
    }

    private Optional<CounterBaseline> baseline(final Endpoint endpoint, final JsonNode measured) {
        // In new tables the counters began at zero, and so does what was measured in the old ones.
        if (!measured.isArray() || !running && !countersKept) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.convertValue(measured, CounterBaseline.class));
        } catch (final IllegalArgumentException e) {
            LOG.warn("endpoint {}: statistics start anew: {}", endpoint.id(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void guarded(
            final Endpoint endpoint, final InterfaceHooks there, final boolean ranBefore) {
        any = true;
        if (ranBefore) {
            processes.lookAt(endpoint);
        }
        shield.attached(endpoint.number(), there);
        redirect.guarded(endpoint);
    }

    @Override
    public void detached(final int number) {
        shield.detached(number);
        redirect.detached(number);
        flows.detached(number).ifPresent(traffic::detached);
    }

    @Override
    public void interfaceChanged() {
        redirect.lookSoon();
    }

    @Override
    public void published(final Snapshot snapshot) {
        names.published(snapshot);
        running = true;
        any = !snapshot.endpoints().isEmpty();
    }

    @Override
    public long tick() {
        if (!any) {
            return tickNanos;
        }
        shield.tick();
        return Math.min(tickNanos, redirect.tick());
    }
}
