package dev.weir.controller.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Real files but for a step that fails half-way, and those after it. Nothing is fsynced: it takes
 * most of the time, and no other process could tell.
 */
final class FailingDisk implements Disk {
    private static final int NO_STEP = Integer.MAX_VALUE;

    private final int failing;
    private final int last;
    private final boolean kills;
    private int steps;
    private int syncs;

    /** The process ends here; not for the store to catch. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private FailingDisk(final int failing, final int last, final boolean kills) {
        this.failing = failing;
        this.last = last;
        this.kills = kills;
    }

    static FailingDisk neverFailing() {
        return killingAt(NO_STEP);
    }

    /** The process is killed at this step, counted from 0. */
    static FailingDisk killingAt(final int step) {
        return new FailingDisk(step, NO_STEP, true);
    }

    /** The disk refuses these steps, and then has room again. */
    static FailingDisk refusing(final int first, final int last) {
        return new FailingDisk(first, last, false);
    }

    /** How many were begun. */
    int steps() {
        return steps;
    }

    /** How many of them were to wait for the disk. */
    int syncs() {
        return syncs;
    }

    private boolean fails() {
        final int step = steps++;
        return step >= failing && step <= last;
    }

    private void fail() throws IOException {
        if (kills) {
            throw new Killed();
        }
        throw new IOException("No space left on device");
    }

    @Override
    public void write(final Path file, final byte[] bytes, final boolean durable)
            throws IOException {
        if (fails()) {
            FILES.write(file, Arrays.copyOf(bytes, bytes.length / 2), false);
            fail();
        }
        FILES.write(file, bytes, false);
        syncs += durable ? 1 : 0;
    }

    @Override
    public void overwrite(
            final Path file, final long position, final byte[] bytes, final boolean durable)
            throws IOException {
        if (fails()) {
            FILES.overwrite(file, position, Arrays.copyOf(bytes, bytes.length / 2), false);
            fail();
        }
        FILES.overwrite(file, position, bytes, false);
        syncs += durable ? 1 : 0;
    }

    @Override
    public void truncate(final Path file, final long length) throws IOException {
        if (fails()) {
            fail();
        }
        FILES.truncate(file, length);
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        if (fails()) {
            fail();
        }
        FILES.move(from, to);
    }

    @Override
    public void delete(final Path file) throws IOException {
        if (fails()) {
            fail();
        }
        FILES.delete(file);
    }

    @Override
    public void sync(final Path path) throws IOException {
        if (fails()) {
            fail();
        }
        syncs++;
    }
}
