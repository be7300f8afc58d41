package dev.weir.controller.cli;

import picocli.CommandLine.Model.ArgSpec;

/**
 * An option or a parameter of a command.
 *
 * @param <T> what picocli makes of its words; its spec was made with this type
 */
final class Arg<T> {
    private final ArgSpec spec;

    Arg(final ArgSpec spec) {
        this.spec = spec;
    }

    /** What was given, else what holds otherwise, which may be null; once the command runs. */
    T value() {
        return spec.getValue();
    }
}
