package dev.weir.controller.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Colours for people who look at a terminal; or none. */
public enum Paint {
    /** As it is. */
    PLAIN,
    /** With the terminal's colours (ECMA-48 SGR). */
    COLOURED;

    /** When to use colours. */
    public enum When {
        AUTO,
        ALWAYS,
        NEVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code auto}: on a terminal, unless NO_COLOR is set (no-color.org) or TERM is dumb. */
    public static Paint of(final When when) {
        return switch (when) {
            case ALWAYS -> COLOURED;
            case NEVER -> PLAIN;
            case AUTO ->
                    System.getenv("NO_COLOR") == null
                                    && !"dumb".equals(System.getenv("TERM"))
                                    && outIsTerminal()
                            ? COLOURED
                            : PLAIN;
        };
    }

    /** True if standard output is a terminal; System.console() also asks for standard input. */
    public static boolean outIsTerminal() {
        try {
            final String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (final IOException e) {
            return false; // no /proc: then no colours either
        }
    }

    /** {@code text} in the colour of what it says; unchanged if it says nothing that has one. */
    public String verdict(final String text) {
        if (this == PLAIN) {
            return text;
        }
        return switch (text.strip()) {
            case "denied" -> "\u001b[31m" + text + "\u001b[0m";
            case "audit" -> "\u001b[33m" + text + "\u001b[0m";
            case "allowed" -> "\u001b[32m" + text + "\u001b[0m";
            default -> text;
        };
    }
}
