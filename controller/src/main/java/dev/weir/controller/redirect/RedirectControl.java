package dev.weir.controller.redirect;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.netlink.Bridge;
import dev.weir.dataplane.netlink.BridgePort;
import dev.weir.dataplane.netlink.Bridging;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.EndpointTable;
import dev.weir.dataplane.table.ForwardingTable;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.Station;
import dev.weir.dataplane.table.TableFullException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Looks every two seconds who else sees the frames between two containers, and lets them be
 * redirected where nobody does, until the look after the next. All but {@link Redirect} is for the
 * one thread that writes the endpoints.
 */
public final class RedirectControl implements Redirect {
    private static final long LOOK_MILLIS = 2_000;

    /** Between two looks, whatever happens. */
    private static final long PAUSE_MILLIS = 100;

    /** A look may come late; an agent that is gone does not look at all. */
    private static final long LEASE_MILLIS = 3 * LOOK_MILLIS;

    private final RedirectMode mode;
    private final String missing;
    private final FrameWatchers watchers;
    private final EndpointTable endpointTable;
    private final ForwardingTable forwarding;
    private final Redirection redirection;
    private final CounterTable counters;
    private final LongSupplier nanoTime;
    private final BridgeNumbers bridgeNumbers = new BridgeNumbers();
    private final Map<Integer, Endpoint> endpoints = new TreeMap<>();
    private final Map<Integer, Placed> placed = new HashMap<>();
    private final Map<Integer, Seen> states = new ConcurrentHashMap<>();
    private volatile RedirectState state;
    private long lastLook;
    private long nextLook;

    /** Where frames for an endpoint go. */
    private record Placed(Station station, int ifIndex) {}

    /** What the last look found. */
    private record Seen(String bridge, String reason) {}

    /**
     * @param missing what the kernel lacks for it; empty: nothing
     */
    RedirectControl(
            final RedirectMode mode,
            final String missing,
            final FrameWatchers watchers,
            final EndpointTable endpointTable,
            final ForwardingTable forwarding,
            final Redirection redirection,
            final CounterTable counters,
            final LongSupplier nanoTime) {
        this.mode = mode;
        this.missing = missing;
        this.watchers = watchers;
        this.endpointTable = endpointTable;
        this.forwarding = forwarding;
        this.redirection = redirection;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.nextLook = nanoTime.getAsLong();
        this.lastLook = nextLook;
        this.state = new RedirectState(mode.text(), false, idle(), 0);
        // What an earlier agent let through, this one has not looked at.
        redirection.stop();
        forwarding.clear();
    }

    /**
     * Over the tables of {@code dataplane}.
     *
     * @param host this node's network namespace
     */
    public static RedirectControl of(
            final RedirectMode mode, final Dataplane dataplane, final NetworkNamespace host) {
        return new RedirectControl(
                mode,
                dataplane.features().of(Feature.REDIRECT_COUNTED).reason(),
                new KernelFrameWatchers(
                        host,
                        dataplane.hooks().mode(),
                        () ->
                                dataplane.programs().stream()
                                        .map(ProgramInfo::id)
                                        .collect(Collectors.toSet())),
                dataplane.endpoints(),
                dataplane.forwarding(),
                dataplane.redirection(),
                dataplane.counters(),
                System::nanoTime);
    }

    /**
     * Its address or its interface may be another; nothing is redirected to it before it is seen.
     */
    public void changed(final Endpoint endpoint) {
        if (endpoints.containsKey(endpoint.number())) {
            guarded(endpoint);
        }
    }

    /** The endpoint's programs are in place. */
    public void guarded(final Endpoint endpoint) {
        endpoints.put(endpoint.number(), endpoint);
        states.putIfAbsent(endpoint.number(), new Seen("", looks() ? "not looked at yet" : idle()));
        lookSoon();
    }

    /** Something changed: looks anew, but not without a pause after the last look. */
    public void lookSoon() {
        final long soon = lastLook + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
        nextLook = soon - nextLook < 0 ? soon : nextLook;
    }

    /** Frames go to it no more: its interface is unbound. */
    public void detached(final int number) {
        endpoints.remove(number);
        states.remove(number);
        final Placed there = placed.remove(number);
        if (there != null) {
            forwarding.remove(there.station());
        }
    }

    /**
     * Looks if it is time to; cheap otherwise.
     *
     * @return nanoseconds until the next look
     */
    public long tick() {
        if (!looks()) {
            return Long.MAX_VALUE;
        }
        final long now = nanoTime.getAsLong();
        if (now - nextLook >= 0) {
            lastLook = now;
            nextLook = now + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
            try {
                look();
            } catch (final BpfException e) {
                withholdFromAll(e.getMessage());
            }
        }
        return nextLook - now;
    }

    private boolean looks() {
        return mode == RedirectMode.AUTO && missing.isEmpty();
    }

    private void look() {
        if (endpoints.isEmpty()) {
            stop(idle());
            return;
        }
        final Bridging bridging = watchers.bridging();
        final Optional<String> watcher = watchers.ofNode(bridging);
        if (watcher.isPresent()) {
            withholdFromAll(watcher.get());
            return;
        }
        place(bridging);
        if (placed.isEmpty()) {
            stop("no two containers may, each for its own reason");
        } else if (redirection.renew(LEASE_MILLIS)) {
            state = new RedirectState(mode.text(), true, "", placed.size());
        } else {
            state = new RedirectState(mode.text(), false, "packets are captured", placed.size());
        }
    }

    private String idle() {
        return mode == RedirectMode.OFF
                ? "localRedirect: off"
                : missing.isEmpty() ? "no container" : missing;
    }

    private void withholdFromAll(final String reason) {
        states.replaceAll((number, seen) -> new Seen(seen.bridge(), reason));
        stop(reason);
    }

    private void stop(final String reason) {
        redirection.stop();
        state = new RedirectState(mode.text(), false, reason, 0);
    }

    /** First all that is no more, then what is new. */
    private void place(final Bridging bridging) {
        final Map<Integer, Placed> wanted = wanted(bridging);
        placed.entrySet()
                .removeIf(
                        entry -> {
                            final boolean gone =
                                    !entry.getValue().equals(wanted.get(entry.getKey()));
                            if (gone) {
                                forwarding.remove(entry.getValue().station());
                            }
                            return gone;
                        });
        for (final Endpoint endpoint : endpoints.values()) {
            final Placed there = wanted.get(endpoint.number());
            endpointTable.bridge(endpoint.ifIndex(), there == null ? 0 : there.station().bridge());
            if (there != null && !placed.containsKey(endpoint.number())) {
                put(endpoint.number(), there);
            }
        }
        bridgeNumbers.keep(bridging.bridges().keySet());
    }

    private void put(final int number, final Placed there) {
        try {
            forwarding.put(there.station(), there.ifIndex(), number);
            placed.put(number, there);
        } catch (final TableFullException e) {
            tell(number, e.getMessage());
        }
    }

    private Map<Integer, Placed> wanted(final Bridging bridging) {
        final Map<Integer, Placed> wanted = new HashMap<>();
        for (final Endpoint endpoint : endpoints.values()) {
            final BridgePort port = bridging.ports().get(endpoint.ifIndex());
            final Bridge bridge = port == null ? null : bridging.bridges().get(port.bridge());
            final Optional<String> obstacle = obstacle(bridging, endpoint, port, bridge);
            states.put(
                    endpoint.number(),
                    new Seen(bridge == null ? "" : bridge.name(), obstacle.orElse("")));
            if (obstacle.isEmpty()) {
                final Station station =
                        new Station(endpoint.mac(), bridgeNumbers.of(bridge.ifIndex()));
                wanted.put(endpoint.number(), new Placed(station, endpoint.ifIndex()));
            }
        }
        leaveOut(wanted, Placed::station, holders -> holders > 1, "its MAC is twice on its bridge");
        leaveOut(
                wanted,
                there -> there.station().bridge(),
                holders -> holders == 1,
                "no other container on its bridge");
        return wanted;
    }

    /** Those with whom too many or too few share something. */
    private <T> void leaveOut(
            final Map<Integer, Placed> wanted,
            final Function<Placed, T> shared,
            final LongPredicate unfit,
            final String reason) {
        final Map<T, Long> holders =
                wanted.values().stream()
                        .collect(Collectors.groupingBy(shared, Collectors.counting()));
        wanted.entrySet()
                .removeIf(
                        entry -> {
                            final boolean out =
                                    unfit.test(holders.get(shared.apply(entry.getValue())));
                            if (out) {
                                tell(entry.getKey(), reason);
                            }
                            return out;
                        });
    }

    private void tell(final int number, final String reason) {
        states.computeIfPresent(number, (same, seen) -> new Seen(seen.bridge(), reason));
    }

    private Optional<String> obstacle(
            final Bridging bridging,
            final Endpoint endpoint,
            final BridgePort port,
            final Bridge bridge) {
        if (bridge == null) {
            return Optional.of("its veth is no port of a bridge");
        } else if (!bridge.up()) {
            return Optional.of("its bridge is down");
        } else if (bridge.vlanFiltering()) {
            return Optional.of("its bridge filters by VLAN");
        } else if (bridge.callsIptables()) {
            return Optional.of("its bridge hands frames to iptables");
        } else if (!port.up() || !port.forwarding()) {
            return Optional.of("its port does not forward");
        } else if (!port.open()) {
            return Optional.of("its port is isolated or locked, or does not learn or flood");
        } else if (!port.queueing().equals("noqueue")) {
            return Optional.of("queueing discipline " + port.queueing() + " at its veth");
        } else if (bridgeNumbers.of(bridge.ifIndex()) == 0) {
            return Optional.of("more than " + Station.MAX_BRIDGE + " bridges");
        }
        return watchers.ofEndpoint(bridging, endpoint);
    }

    @Override
    public RedirectState state() {
        return state;
    }

    @Override
    public Optional<RedirectedEndpoint> endpoint(final int number) {
        final boolean on = state.on();
        return Optional.ofNullable(states.get(number))
                .map(
                        seen ->
                                new RedirectedEndpoint(
                                        on && seen.reason().isEmpty(),
                                        seen.bridge(),
                                        on || !seen.reason().isEmpty()
                                                ? seen.reason()
                                                : state.reason(),
                                        counters.redirectedFrames(number),
                                        counters.redirectedBytes(number)));
    }
}
