package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/** Turns JSON into a {@link Namespace} or says everything that is wrong with it. */
public final class NamespaceParser {
    private NamespaceParser() {}

    /**
     * Checks as the Kubernetes API server does with strict field validation; the label {@link
     * Namespace#NAME_LABEL} is put right, whatever was sent.
     *
     * @param json is left as it is
     * @throws InvalidObjectException with all problems
     */
    public static Namespace parse(final JsonNode json) {
        throw new UnsupportedOperationException("not yet");
    }
}
