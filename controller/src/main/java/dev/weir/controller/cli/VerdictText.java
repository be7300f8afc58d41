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
        for (final JsonNode hint : answer.path("hints")) {
            out.println("hint: " + hint.asText());
        }
        if (answer.path("supposed").asBoolean()) {
            out.println("hint: supposed; nothing in force has changed");
        }
    }

    private static void reasons(
            final String direction, final JsonNode side, final PrintWriter out) {
        if (side.has("decided")) {
            out.println(direction + " decided by " + side.path("decided").asText());
        } else if (!side.path("rules").isEmpty()) {
            out.println();
            out.print(rules(side));
            final int more = side.path("rulesLeftOut").asInt();
            out.println(more > 0 ? "and " + more + " rules more\n" : "");
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

    private static TextTable rules(final JsonNode side) {
        final TextTable table = new TextTable("ASKED", "RULE", "SAYS", "BUT");
        for (final JsonNode rule : side.path("rules")) {
            table.row(
                    rule.path("policy").asText(),
                    rule.path("rule").asText(),
                    rule.path("words").asText(),
                    (rule.path("matches").asBoolean() ? "matches" : rule.path("mismatch").asText())
                            + (rule.path("audit").asBoolean() ? " (audited)" : ""));
        }
        return table;
    }

    private static String policy(final JsonNode rule) {
        final String name = rule.path("name").asText();
        final String namespace = rule.path("namespace").asText();
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
