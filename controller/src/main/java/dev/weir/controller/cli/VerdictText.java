package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import java.io.PrintWriter;

/** A verdict with its reasons, for people: both directions, then why and what else. */
final class VerdictText {
    private static final String[] DIRECTIONS = {"egress", "ingress"};

    private VerdictText() {}

    static void print(final JsonNode answer, final PrintWriter out) {
        final TextTable table = new TextTable("DIRECTION", "VERDICT", "POLICY", "RULE", "REASON");
        for (final String direction : DIRECTIONS) {
            final JsonNode side = answer.path(direction);
            if (side.isObject()) {
                final JsonNode rule = side.path("policy");
                table.row(
                        direction,
                        side.path("verdict").asText(),
                        rule.isObject()
                                ? policy(rule)
                                : SelectorText.joined(side.path("isolatedBy")),
                        rule.path("rule").asText(),
                        side.path("message").asText(side.path("reason").asText()));
            }
        }
        out.print(table.isEmpty() ? "" : table);
        for (final String direction : DIRECTIONS) {
            reasons(direction, answer.path(direction), out);
        }
        for (final String direction : DIRECTIONS) {
            kernel(direction, answer.path(direction).path("kernel"), out);
        }
        for (final JsonNode hint : answer.path("hints")) {
            out.println("hint: " + hint.asText());
        }
        if (answer.path("supposed").asBoolean()) {
            out.println("hint: supposed; nothing in force has changed");
        }
    }

    private static void kernel(
            final String direction, final JsonNode kernel, final PrintWriter out) {
        if (!kernel.isObject()) {
            return;
        }
        out.print(direction + " kernel ");
        if (!kernel.path("asked").asBoolean()) {
            out.println("was not asked: " + kernel.path("message").asText());
        } else if (kernel.path("agrees").asBoolean()) {
            out.println("agrees (revision " + kernel.path("revision").asText() + ")");
        } else {
            final String rule = kernel.path("rule").asText();
            out.println(
                    "DISAGREES: "
                            + kernel.path("verdict").asText()
                            + ", "
                            + kernel.path("reason").asText()
                            + (rule.isEmpty() ? "" : " of " + rule)
                            + " (revision "
                            + kernel.path("revision").asText()
                            + ")");
        }
    }

    private static void reasons(
            final String direction, final JsonNode side, final PrintWriter out) {
        if (side.has("decided")) {
            out.println(direction + " decided by " + side.path("decided").asText());
            if (side.has("matched")) {
                out.println(direction + " matched " + side.path("matched").asText());
            }
        } else {
            side.path("rules").forEach(rule -> asked(direction, rule, out));
            final int more = side.path("rulesLeftOut").asInt();
            out.print(more > 0 ? direction + " asked " + more + " more rules\n" : "");
        }
        for (final JsonNode other : side.path("without")) {
            out.println(
                    direction
                            + " without "
                            + other.path("policy").asText()
                            + ": "
                            + other.path("verdict").asText()
                            + ", "
                            + other.path("message").asText());
        }
    }

    /** What the rule wants on one line, and what differs below it. */
    private static void asked(final String direction, final JsonNode rule, final PrintWriter out) {
        out.println(
                direction
                        + " asked "
                        + rule.path("policy").asText()
                        + " "
                        + rule.path("rule").asText()
                        + (rule.path("audit").asBoolean() ? " (audited) " : " ")
                        + rule.path("words").asText()
                        + (rule.path("matches").asBoolean() ? ": matches" : ""));
        for (final String difference : rule.path("mismatch").asText().split("; ")) {
            out.print(difference.isEmpty() ? "" : "    " + difference + "\n");
        }
    }

    private static String policy(final JsonNode rule) {
        final String name = rule.path("name").asText();
        final String namespace = rule.path("namespace").asText();
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
