package dev.weir.controller.compile;

/** Desired state in, tables out. Pure: the same input always gives the same output. */
public final class PolicyCompiler {
    private PolicyCompiler() {}

    /**
     * @param previous gives the numbers that are to stay; {@link CompiledState#EMPTY} at first
     */
    public static CompiledState compile(final DesiredState desired, final CompiledState previous) {
        throw new UnsupportedOperationException("not yet");
    }
}
