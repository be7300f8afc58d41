package dev.weir.controller.policy.planted;

import java.nio.file.Files;

/** Breaks a rule, to show that the rule can see it. */
public final class ReadsAFile {
    static final Class<?> NEIGHBOUR = Files.class;
}
