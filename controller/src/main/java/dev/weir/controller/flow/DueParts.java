package dev.weir.controller.flow;

/** Which parts of a cache a sweep has to read; asked in the order that it reads them. */
interface DueParts {
    /** A cache that does not say what was written is read whole. */
    DueParts ALL =
            new DueParts() {
                @Override
                public void start() {}

                @Override
                public boolean isDue(final int cpu, final int part) {
                    return true;
                }
            };

    /** A sweep begins. */
    void start();

    /** Whoever asks reads the part if it is. */
    boolean isDue(int cpu, int part);
}
