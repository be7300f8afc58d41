package dev.weir.controller.shield;

import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.table.CounterTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Puts the XDP program on the veths where it pays, and takes it off again. All but {@link #states}
 * and {@link #state} is for the one thread that calls {@link Hooks}.
 */
public final class ShieldControl implements Shield {
    private final ShieldSettings settings;
    private final Hooks hooks;
    private final CounterTable counters;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<Integer, ShieldedEndpoint> endpoints = new TreeMap<>();
    private final Map<Integer, ShieldState> states = new ConcurrentSkipListMap<>();
    private long nextLook;

    public ShieldControl(
            final ShieldSettings settings, final Hooks hooks, final CounterTable counters) {
        this(settings, hooks, counters, Clock.systemUTC(), System::nanoTime);
    }

    ShieldControl(
            final ShieldSettings settings,
            final Hooks hooks,
            final CounterTable counters,
            final Clock clock,
            final LongSupplier nanoTime) {
        this.settings = settings;
        this.hooks = hooks;
        this.counters = counters;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.nextLook = nanoTime.getAsLong();
    }

    /**
     * The endpoint's programs are attached to the interface: the shield goes up at once where the
     * setting says always, and comes off where an earlier agent left it against the setting. Does
     * nothing if it is known already.
     *
     * @param there what is at the interface's hooks
     */
    public void attached(final int number, final InterfaceHooks there) {
        final int ifIndex = there.ifIndex();
        final ShieldedEndpoint known = endpoints.get(number);
        if (known != null && known.ifIndex() == ifIndex) {
            return;
        }
        final long now = nanoTime.getAsLong();
        final ShieldedEndpoint endpoint =
                new ShieldedEndpoint(
                        ifIndex,
                        new DeniedRate(counters, number, now),
                        new ShieldGate(settings.packetsPerSecond(), settings.calmMillis()),
                        settings.mode());
        endpoints.put(number, endpoint);
        if (isOurs(there.shield())) {
            endpoint.found(clock.instant());
        }
        switch (settings.mode()) {
            case NATIVE -> raise(endpoint, XdpMode.NATIVE, "xdp: native");
            case GENERIC -> raise(endpoint, XdpMode.GENERIC, "xdp: generic");
            case OFF -> {
                if (endpoint.isOn()) {
                    lower(endpoint, "xdp: off");
                }
            }
            case AUTO -> {
                if (there.shield().status() == HookState.Status.OUTDATED) {
                    raise(endpoint, XdpMode.NATIVE, "up before this agent started");
                }
            }
        }
        publish(number, endpoint);
    }

    /** The endpoint is gone; its hooks are taken off with it. */
    public void detached(final int number) {
        endpoints.remove(number);
        states.remove(number);
    }

    /**
     * Looks at the rates if it is time to; cheap otherwise.
     *
     * @return how many shields went up or down
     */
    public int tick() {
        final long now = nanoTime.getAsLong();
        if (now - nextLook < 0) {
            return 0;
        }
        nextLook = now + TimeUnit.MILLISECONDS.toNanos(settings.intervalMillis());
        int changes = 0;
        for (final Map.Entry<Integer, ShieldedEndpoint> entry : endpoints.entrySet()) {
            final ShieldedEndpoint endpoint = entry.getValue();
            final boolean before = endpoint.isOn();
            endpoint.rate().update(now);
            look(endpoint, now);
            changes += endpoint.isOn() == before ? 0 : 1;
            publish(entry.getKey(), endpoint);
        }
        return changes;
    }

    private void look(final ShieldedEndpoint endpoint, final long nowNanos) {
        final long nowMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos);
        switch (settings.mode()) {
            case NATIVE -> retry(endpoint, XdpMode.NATIVE, nowMillis);
            case GENERIC -> retry(endpoint, XdpMode.GENERIC, nowMillis);
            case AUTO -> decide(endpoint, nowMillis);
            case OFF -> {}
        }
    }

    private void retry(final ShieldedEndpoint endpoint, final XdpMode mode, final long nowMillis) {
        if (!endpoint.isOn() && endpoint.mayTryAt(nowMillis)) {
            raise(endpoint, mode, "xdp: " + settings.mode().text());
        }
    }

    private void decide(final ShieldedEndpoint endpoint, final long nowMillis) {
        if (!endpoint.isOn() && !endpoint.mayTryAt(nowMillis)) {
            return;
        }
        final DeniedRate rate = endpoint.rate();
        final boolean wanted = endpoint.gate().look(rate.rate(), nowMillis);
        if (wanted && !endpoint.isOn()) {
            raise(
                    endpoint,
                    XdpMode.NATIVE,
                    rate.rate()
                            + " denied packets/s on CPU "
                            + rate.busiestCpu()
                            + " (threshold "
                            + settings.packetsPerSecond()
                            + ")");
        } else if (!wanted && endpoint.isOn()) {
            lower(
                    endpoint,
                    "below "
                            + settings.packetsPerSecond() / 2
                            + " denied packets/s for "
                            + endpoint.gate().calmMillis()
                            + " ms");
        }
    }

    private void raise(final ShieldedEndpoint endpoint, final XdpMode mode, final String why) {
        String problem;
        try {
            final HookState state = hooks.xdpOn(endpoint.ifIndex(), mode);
            if (isOurs(state)) {
                endpoint.on(clock.instant(), why);
                return;
            }
            problem = state.detail().isEmpty() ? "not attached" : state.detail();
        } catch (final IllegalStateException | BpfException e) {
            problem = e.getMessage();
        }
        endpoint.refused(
                clock.instant(), problem, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()));
    }

    private void lower(final ShieldedEndpoint endpoint, final String why) {
        try {
            hooks.xdpOff(endpoint.ifIndex());
            endpoint.off(clock.instant(), why);
        } catch (final BpfException e) {
            endpoint.keptOn(e.getMessage());
        }
    }

    private static boolean isOurs(final HookState state) {
        return state.status() == HookState.Status.CURRENT
                || state.status() == HookState.Status.OUTDATED;
    }

    private void publish(final int number, final ShieldedEndpoint endpoint) {
        states.put(number, endpoint.state(number));
    }

    @Override
    public List<ShieldState> states() {
        return new ArrayList<>(states.values());
    }

    @Override
    public Optional<ShieldState> state(final int endpoint) {
        return Optional.ofNullable(states.get(endpoint));
    }
}
