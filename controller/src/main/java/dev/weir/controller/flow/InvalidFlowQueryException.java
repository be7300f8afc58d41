package dev.weir.controller.flow;

/** A filter that cannot be understood; the message is {@code name: value (expected: ...)}. */
public final class InvalidFlowQueryException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String parameter;

    InvalidFlowQueryException(final String parameter, final String value, final String expected) {
        super(parameter + ": " + value + " (expected: " + expected + ")");
        this.parameter = parameter;
    }

    /** Name of the query parameter. */
    public String parameter() {
        return parameter;
    }
}
