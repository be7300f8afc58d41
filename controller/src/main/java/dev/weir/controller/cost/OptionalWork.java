package dev.weir.controller.cost;

import java.util.function.Consumer;

/** Work that the agent can leave undone; what it would have given is then missing, and counted. */
public interface OptionalWork {
    /** For status, metrics and the log: {@code export-otlp}. */
    String name();

    /** Stops it, or begins it again; called by one thread, must return at once. */
    void shed(boolean off);

    /** One made of a name and a switch. */
    static OptionalWork of(final String name, final Consumer<Boolean> shed) {
        return new OptionalWork() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void shed(final boolean off) {
                shed.accept(off);
            }
        };
    }
}
