package dev.weir.controller.cost;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sheds optional work, one piece at a look, while the agent costs more than its budget, and takes
 * it up again in reverse once it has cost less than four fifths of it for a while. A piece that had
 * to be shed again soon after it came back stays away twice as long the next time.
 *
 * <p>Told the time and the usage; looks are made by one thread, {@link #state} by any.
 */
public final class Budget {
    private static final Logger LOG = LoggerFactory.getLogger(Budget.class);
    private static final int WINDOW = 6;
    private static final double CALM_SHARE = 0.8;
    private static final int LONGEST_FACTOR = 32;

    private final double cpuLimit;
    private final long memoryLimit;
    private final Duration calm;
    private final List<OptionalWork> optional;
    private final Deque<OptionalWork> shed = new ArrayDeque<>();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long calmSince = Long.MIN_VALUE;
    private long cameBack = Long.MIN_VALUE;
    private int factor = 1;
    private long changes;
    private volatile BudgetState state;

    private record Sample(long nanos, long cpuNanos) {}

    /**
     * @param cpuLimit in cores, 0 = none
     * @param memoryLimit resident bytes, 0 = none
     * @param calm how long it must cost less before work comes back
     * @param optional in the order it is shed
     */
    public Budget(
            final double cpuLimit,
            final long memoryLimit,
            final Duration calm,
            final List<OptionalWork> optional) {
        this.cpuLimit = cpuLimit;
        this.memoryLimit = memoryLimit;
        this.calm = calm;
        this.optional = List.copyOf(optional);
        this.state = new BudgetState(0, cpuLimit, 0, memoryLimit, List.of(), names(optional), 0);
    }

    /** As of the last look. */
    public BudgetState state() {
        return state;
    }

    /**
     * One look, every five seconds.
     *
     * @param now nanoseconds of a clock that does not go back
     * @param cpuNanos the agent's CPU time so far
     * @param residentBytes its memory
     */
    public void look(final long now, final long cpuNanos, final long residentBytes) {
        samples.addLast(new Sample(now, cpuNanos));
        if (samples.size() > WINDOW + 1) {
            samples.removeFirst();
        }
        final Sample oldest = samples.getFirst();
        final double cores =
                now == oldest.nanos
                        ? 0
                        : (double) (cpuNanos - oldest.cpuNanos) / (now - oldest.nanos);
        final boolean full = samples.size() > WINDOW;
        if (full && exceeds(cores, residentBytes, 1)) {
            calmSince = Long.MIN_VALUE;
            shedOne(now, cores, residentBytes);
        } else if (exceeds(cores, residentBytes, CALM_SHARE)) {
            calmSince = Long.MIN_VALUE;
        } else {
            takeUpOne(now);
        }
        state =
                new BudgetState(
                        cores,
                        cpuLimit,
                        residentBytes,
                        memoryLimit,
                        names(shed),
                        names(optional),
                        changes);
    }

    private boolean exceeds(final double cores, final long bytes, final double share) {
        return cpuLimit > 0 && cores > cpuLimit * share
                || memoryLimit > 0 && bytes > memoryLimit * share;
    }

    private void shedOne(final long now, final double cores, final long bytes) {
        if (shed.size() == optional.size()) {
            return; // what is left is not optional
        }
        final OptionalWork next = optional.get(shed.size());
        final boolean relapse = cameBack != Long.MIN_VALUE && now - cameBack < 10 * calm.toNanos();
        factor = relapse ? Math.min(LONGEST_FACTOR, 2 * factor) : 1;
        next.shed(true);
        shed.addLast(next);
        changes++;
        samples.clear(); // judged anew without it
        LOG.warn(
                "over budget with {} cores and {} MiB: {} is left undone",
                String.format(Locale.ROOT, "%.2f", cores),
                bytes >> 20,
                next.name());
    }

    private void takeUpOne(final long now) {
        if (shed.isEmpty()) {
            return;
        }
        if (calmSince == Long.MIN_VALUE) {
            calmSince = now;
        }
        if (now - calmSince >= factor * calm.toNanos()) {
            final OptionalWork last = shed.removeLast();
            last.shed(false);
            calmSince = now;
            cameBack = now;
            LOG.info("within budget again: {} is taken up", last.name());
        }
    }

    private static List<String> names(final Iterable<OptionalWork> work) {
        final List<String> names = new ArrayList<>();
        work.forEach(each -> names.add(each.name()));
        return names;
    }
}
