package dev.weir.controller.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The agent refused or could not be asked; the message is one line for people. */
public final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean unreachable;
    private final transient List<Cause> causes;

    /**
     * One thing that the agent found wrong.
     *
     * @param field as the agent names it
     */
    public record Cause(String field, String message) {}

    /**
     * @param status HTTP status, 0 when there was no answer
     */
    public AgentException(final String message, final int status) {
        this(message, status, false);
    }

    private AgentException(final String message, final int status, final boolean unreachable) {
        this(message, status, unreachable, List.of());
    }

    private AgentException(
            final String message,
            final int status,
            final boolean unreachable,
            final List<Cause> causes) {
        super(message);
        this.status = status;
        this.unreachable = unreachable;
        this.causes = List.copyOf(causes);
    }

    /** What exactly the agent found wrong; may be empty. */
    public List<Cause> causes() {
        return causes;
    }

    /** True if there was nobody to ask. */
    public boolean unreachable() {
        return unreachable;
    }

    /** HTTP status, 0 when there was no answer. */
    public int status() {
        return status;
    }

    static AgentException unreachable(final Path socket, final String why) {
        if (why.equals("permission denied")) {
            return new AgentException(
                    "the agent's socket "
                            + socket
                            + ": permission denied (expected: root, or a member of group weir)",
                    0,
                    true);
        }
        return new AgentException(
                "no agent on "
                        + socket
                        + ": "
                        + why
                        + " (start it with: systemctl start weir, or: weir agent --socket "
                        + socket
                        + "; another socket: --socket or WEIR_SOCKET)",
                0,
                true);
    }

    /** From a Kubernetes {@code Status}, or whatever else came. */
    static AgentException refused(
            final String method, final String path, final int status, final String text) {
        final String fallback = method + " " + path + ": HTTP " + status;
        try {
            final JsonNode body = Json.read(text);
            final String message = body.path("message").asText();
            return new AgentException(
                    message.isEmpty() ? fallback : message + causes(message, body),
                    status,
                    false,
                    causes(body));
        } catch (final IOException e) {
            return new AgentException(fallback, status);
        }
    }

    private static List<Cause> causes(final JsonNode body) {
        final List<Cause> causes = new ArrayList<>();
        for (final JsonNode each : body.path("details").path("causes")) {
            causes.add(new Cause(each.path("field").asText(), each.path("message").asText()));
        }
        return causes;
    }

    /** Those that the message does not tell already. */
    private static String causes(final String message, final JsonNode body) {
        final StringBuilder text = new StringBuilder();
        for (final JsonNode cause : body.path("details").path("causes")) {
            final String what = cause.path("message").asText();
            if (!message.contains(what)) {
                final String field = cause.path("field").asText();
                text.append(text.length() == 0 ? ": " : "; ");
                text.append(field.isEmpty() || what.startsWith(field) ? "" : field + ": ");
                text.append(what);
            }
        }
        return text.toString();
    }
}
