package dev.weir.controller.compile.planted;

/** Breaks a rule, to show that the rule can see it. */
public final class ReadsAClock {
    static long now() {
        return System.nanoTime();
    }
}
