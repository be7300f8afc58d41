package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code weir policy test}: what the kernel would do with a new connection, and which rule says so.
 */
@CommandLine.Command(
        name = "test",
        description = "Would this traffic pass? Exits 0 when allowed, 3 when denied.")
final class PolicyTestCommand extends WeirCommand {
    private static final String WHO =
            "Endpoint or container id, namespace/pod, address, or labels: [namespace:]a=b,c=d.";

    @Mixin private Output output;

    @Option(names = "--from", required = true, paramLabel = "WHO", description = WHO)
    private String from;

    @Option(names = "--to", required = true, paramLabel = "WHO", description = WHO)
    private String to;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "PORT/PROTOCOL",
            description = "Such as 80/TCP, 53/UDP, or ICMP; 80 alone is TCP.")
    private String port;

    @Override
    public Integer call() {
        final JsonNode answer =
                agent().request("POST", "/v1/verdict", "application/json", question());
        if (output.forPeople()) {
            print(answer);
        } else {
            out().print(output.text(answer));
        }
        return answer.path("verdict").asText().equals("denied") ? Cli.DENIED : Cli.DONE;
    }

    private ObjectNode question() {
        final ObjectNode question = Json.object();
        question.set("from", party("--from", from));
        question.set("to", party("--to", to));
        final int slash = port.indexOf('/');
        final String number = slash < 0 ? port : port.substring(0, slash);
        if (number.isEmpty() || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (slash >= 0 || port.isEmpty()) {
                throw usage("--port: " + port + " (expected: such as 80/TCP)");
            }
            return question.put("protocol", port.toUpperCase(Locale.ROOT));
        }
        if (number.length() > 5
                || Integer.parseInt(number) > 65_535
                || Integer.parseInt(number) == 0) {
            throw usage("--port: " + port + " (expected: 1-65535, such as 80/TCP)");
        }
        final String protocol = slash < 0 ? "TCP" : port.substring(slash + 1);
        return question.put("protocol", protocol.toUpperCase(Locale.ROOT))
                .put("port", Integer.parseInt(number));
    }

    /** As written; but labels of a container that need not exist become an object. */
    private JsonNode party(final String option, final String text) {
        if (text.indexOf('=') < 0) {
            return Json.object().textNode(text);
        }
        final int colon = text.substring(0, text.indexOf('=')).indexOf(':');
        final ObjectNode party = Json.object();
        if (colon > 0) {
            party.put("namespace", text.substring(0, colon));
        }
        try {
            final List<String> words = List.of(text.substring(colon + 1).split(","));
            party.set("labels", Labels.patch(words));
        } catch (final IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
        return party;
    }

    private void print(final JsonNode answer) {
        out().println(answer.path("verdict").asText() + ": " + from + " -> " + to + " " + port);
        final TextTable table = new TextTable("DIRECTION", "VERDICT", "POLICY", "RULE", "REASON");
        for (final String direction : new String[] {"egress", "ingress"}) {
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
        out().print(table.isEmpty() ? "" : table);
    }

    private static String policy(final JsonNode rule) {
        final String name = rule.path("name").asText();
        final String namespace = rule.path("namespace").asText();
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
