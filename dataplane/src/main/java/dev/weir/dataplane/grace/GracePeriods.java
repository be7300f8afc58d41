package dev.weir.dataplane.grace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * RCU grace periods, expedited for the moments in which somebody waits for one: the kernel ends
 * them by interrupting the busy CPUs once (tenths of a millisecond) instead of waiting until each
 * has been elsewhere by itself (tens of milliseconds).
 *
 * <p>{@code /sys/kernel/rcu_expedited} is an int that is on whenever it is not 0. The agent writes
 * a number of its own and takes only that number back: another value is somebody else's and stays,
 * and what a killed agent left is known by it, without a note on disk. Two agents that overlap
 * share the number; the first one done takes it back, and the other one waits a normal grace
 * period. All threads.
 */
public final class GracePeriods {
    /** The four letters WEIR. */
    static final int OURS = 0x57454952;

    private static final String EXPEDITED = "kernel/rcu_expedited";
    private static final String NORMAL = "kernel/rcu_normal";
    private static final String CPUS = "devices/system/cpu/";

    private final Path switchFile;
    private final State state;
    private int depth;

    /**
     * What is done and why not the better.
     *
     * @param expedited true when waits are expedited
     * @param reason why not; empty when expedited
     */
    public record State(boolean expedited, String reason) {
        static final State EXPEDITED = new State(true, "");

        static State normal(final String reason) {
            return new State(false, reason);
        }
    }

    private GracePeriods(final Path switchFile, final State state) {
        this.switchFile = switchFile;
        this.state = state;
    }

    /** On this machine; takes back what an agent that was killed left. */
    public static GracePeriods open(final GraceMode mode) {
        return open(mode, Path.of("/sys"));
    }

    static GracePeriods open(final GraceMode mode, final Path sys) {
        takeBack(sys);
        return new GracePeriods(
                sys.resolve(EXPEDITED),
                mode == GraceMode.NORMAL
                        ? State.normal("the settings say so: gracePeriods: normal")
                        : probe(sys));
    }

    /** Takes back what an agent that was killed left; right when there is nothing. */
    public static void takeBack() {
        takeBack(Path.of("/sys"));
    }

    private static void takeBack(final Path sys) {
        try {
            replace(sys.resolve(EXPEDITED), OURS, 0);
        } catch (final IOException e) {
            return; // what cannot be written was not written by an agent either
        }
    }

    private static State probe(final Path sys) {
        for (final String list : new String[] {"nohz_full", "isolated"}) {
            final String cpus = text(sys.resolve(CPUS + list));
            if (cpus.chars().anyMatch(Character::isDigit)) {
                return State.normal(
                        "CPUs "
                                + cpus
                                + " are "
                                + list
                                + ", and expediting would interrupt them (/sys/"
                                + CPUS
                                + list
                                + ")");
            }
        }
        if (!text(sys.resolve(NORMAL)).equals("0")) {
            return State.normal("the kernel expedites none here: /sys/" + NORMAL + " is not 0");
        }
        try {
            final Path file = sys.resolve(EXPEDITED);
            if (replace(file, 0, OURS) && !replace(file, OURS, 0)) {
                return State.normal("/sys/" + EXPEDITED + " does not keep what is written");
            }
            return State.EXPEDITED;
        } catch (final IOException e) {
            return State.normal("/sys/" + EXPEDITED + " cannot be written: " + e);
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (final IOException e) {
            return ""; // a kernel without such CPUs
        }
    }

    public State state() {
        return state;
    }

    /** Runs {@code body}, whose waits for grace periods are expedited if that may be. */
    public <T> T hurry(final Supplier<T> body) {
        begin();
        try {
            return body.get();
        } finally {
            end();
        }
    }

    /** As {@link #hurry(Supplier)}. */
    public void hurry(final Runnable body) {
        begin();
        try {
            body.run();
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        if (depth++ == 0) {
            set(0, OURS);
        }
    }

    private synchronized void end() {
        if (--depth == 0) {
            set(OURS, 0);
        }
    }

    private void set(final int from, final int to) {
        if (!state.expedited()) {
            return;
        }
        try {
            replace(switchFile, from, to);
        } catch (final IOException e) {
            return; // /sys was made read-only since: waits take longer, nothing else
        }
    }

    /** True when it was {@code from} and is {@code to} now. */
    private static boolean replace(final Path file, final int from, final int to)
            throws IOException {
        if (!Files.readString(file).strip().equals(Integer.toString(from))) {
            return false;
        }
        Files.write(
                file,
                Integer.toString(to).getBytes(StandardCharsets.US_ASCII),
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        return true;
    }
}
