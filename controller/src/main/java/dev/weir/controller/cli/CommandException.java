package dev.weir.controller.cli;

/** A command failed by itself; the message is one line for people. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(final String message) {
        super(message);
    }
}
