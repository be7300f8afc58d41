package dev.weir.controller.shield;

import java.time.Instant;

/** What ShieldControl knows of one endpoint. */
final class ShieldedEndpoint {
    /** After a refusal the kernel is not asked again for so long. */
    private static final long RETRY_MILLIS = 60_000;

    private final int ifIndex;
    private final DeniedRate rate;
    private final ShieldGate gate;
    private final ShieldMode mode;
    private boolean on;
    private Instant since;
    private String why;
    private boolean refused;
    private long refusedMillis;

    ShieldedEndpoint(
            final int ifIndex,
            final DeniedRate rate,
            final ShieldGate gate,
            final ShieldMode mode) {
        this.ifIndex = ifIndex;
        this.rate = rate;
        this.gate = gate;
        this.mode = mode;
        this.why = mode == ShieldMode.OFF ? "xdp: off" : "no flood seen";
    }

    int ifIndex() {
        return ifIndex;
    }

    DeniedRate rate() {
        return rate;
    }

    ShieldGate gate() {
        return gate;
    }

    boolean isOn() {
        return on;
    }

    boolean mayTryAt(final long nowMillis) {
        return !refused || nowMillis - refusedMillis >= RETRY_MILLIS;
    }

    void found(final Instant now) {
        gate.foundUp();
        on(now, "up before this agent started");
    }

    void on(final Instant now, final String reason) {
        if (!on) {
            since = now;
        }
        on = true;
        why = reason;
        refused = false;
    }

    void off(final Instant now, final String reason) {
        on = false;
        since = now;
        why = reason;
    }

    void refused(final Instant now, final String problem, final long nowMillis) {
        gate.refused();
        if (on) {
            since = now;
        }
        on = false;
        why = problem;
        refused = true;
        refusedMillis = nowMillis;
    }

    /** It could not be taken off: tried again when it is calm the next time. */
    void keptOn(final String problem) {
        gate.foundUp();
        why = problem;
    }

    ShieldState state(final int number) {
        return new ShieldState(number, on, mode.text(), since, why, rate.rate());
    }
}
