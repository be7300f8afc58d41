package dev.weir.controller.compile;

/** Answers what would become of a packet, from the rows that the kernel holds. */
public final class Explainer {
    private Explainer() {}

    /**
     * @param compiled what is in force
     * @param desired what {@code compiled} was made of
     * @throws IllegalArgumentException if the query names an endpoint that does not exist
     */
    public static VerdictAnswer explain(
            final CompiledState compiled, final DesiredState desired, final VerdictQuery query) {
        throw new UnsupportedOperationException("not yet");
    }
}
