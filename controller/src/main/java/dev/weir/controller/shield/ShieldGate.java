package dev.weir.controller.shield;

/**
 * When the shield of one endpoint goes up and comes down in {@code auto}: a pure function of the
 * rates it is told. Up from the threshold on; down when the rate stayed below half of it for the
 * calm time. If it has to go up again soon after it came down, it stays longer the next time.
 */
final class ShieldGate {
    /** Going up again within so many calm times after coming down is a relapse. */
    private static final int RELAPSE_FACTOR = 10;

    /** The calm time asked for doubles with each relapse, up to so many times. */
    private static final int LONGEST_FACTOR = 32;

    private final long threshold;
    private final long calmMillis;
    private boolean up;
    private long calmSince;
    private boolean calm;
    private boolean wentDown;
    private long downSince;
    private int factor = 1;

    ShieldGate(final long threshold, final long calmMillis) {
        this.threshold = threshold;
        this.calmMillis = calmMillis;
    }

    /** The shield was found up: an earlier agent put it there. */
    void foundUp() {
        up = true;
        calm = false;
    }

    /** The shield could not be put up. */
    void refused() {
        up = false;
    }

    boolean isUp() {
        return up;
    }

    /** How long it must be calm before the shield comes down, in milliseconds. */
    long calmMillis() {
        return calmMillis * factor;
    }

    /**
     * One look.
     *
     * @param rate denied packets a second of the busiest CPU
     * @param nowMillis of a clock that does not go back
     * @return true if the shield is to be up from now on
     */
    boolean look(final long rate, final long nowMillis) {
        if (!up) {
            if (rate >= threshold) {
                raise(nowMillis);
            }
            return up;
        }
        if (rate >= threshold / 2) {
            calm = false;
            return true;
        }
        if (!calm) {
            calm = true;
            calmSince = nowMillis;
        }
        if (nowMillis - calmSince >= calmMillis()) {
            up = false;
            wentDown = true;
            downSince = nowMillis;
        }
        return up;
    }

    private void raise(final long nowMillis) {
        final boolean relapse = wentDown && nowMillis - downSince < RELAPSE_FACTOR * calmMillis;
        factor = relapse ? Math.min(LONGEST_FACTOR, 2 * factor) : 1;
        up = true;
        calm = false;
    }
}
