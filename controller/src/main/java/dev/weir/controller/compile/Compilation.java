package dev.weir.controller.compile;

/**
 * A compiled state and what it was made of; immutable. The next compile takes over each part of
 * which the sources are still the same, so that it costs what has changed.
 */
public final class Compilation {
    /** No tables, no numbers, nothing to take over. */
    public static final Compilation EMPTY = of(CompiledState.EMPTY);

    private final CompiledState state;
    private final Parts parts;

    Compilation(final CompiledState state, final Parts parts) {
        this.state = state;
        this.parts = parts;
    }

    /**
     * Tables of which nobody knows what they were made of: the next compile keeps their numbers and
     * makes everything from scratch.
     */
    public static Compilation of(final CompiledState state) {
        return new Compilation(state, Parts.NONE);
    }

    /** What the tables hold. */
    public CompiledState state() {
        return state;
    }

    Parts parts() {
        return parts;
    }
}
