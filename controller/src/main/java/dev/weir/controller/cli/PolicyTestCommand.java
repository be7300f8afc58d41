package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Set<String> PROTOCOLS = Set.of("ICMP", "ICMPV6", "TCP", "UDP", "SCTP");
    private static final Pattern NAMED_PORT =
            Pattern.compile("([^=]+)=([0-9]{1,9})(?:/([A-Za-z]+))?");
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
            description =
                    "Such as 80/TCP, 53/UDP, ICMP, or the receiver's name for a port: web/TCP; 80"
                            + " and web alone are TCP.")
    private String port;

    @Option(
            names = "--from-namespace-labels",
            paramLabel = "LABELS",
            description = "Suppose the sender's namespace had these labels: a=b,c=d.")
    private String fromNamespaceLabels;

    @Option(
            names = "--to-namespace-labels",
            paramLabel = "LABELS",
            description = "Suppose the receiver's namespace had these labels: a=b,c=d.")
    private String toNamespaceLabels;

    @Option(
            names = "--to-ports",
            paramLabel = "PORTS",
            split = ",",
            description = "Named ports of a receiver given by labels: web=80/TCP,dns=53/UDP.")
    private List<String> toPorts = List.of();

    @Override
    public Integer call() {
        final JsonNode answer =
                agent().request("POST", "/v1/verdict", "application/json", question());
        if (output.forPeople()) {
            out().println(answer.path("verdict").asText() + ": " + from + " -> " + to + " " + port);
            VerdictText.print(answer, out());
        } else {
            out().print(output.text(answer));
        }
        return answer.path("verdict").asText().equals("denied") ? Cli.DENIED : Cli.DONE;
    }

    private ObjectNode question() {
        final ObjectNode question = Json.object();
        question.set("from", party("--from", from, fromNamespaceLabels));
        question.set("to", party("--to", to, toNamespaceLabels));
        if (!toPorts.isEmpty()) {
            final ArrayNode ports = ports();
            question.withObject("/to").set("ports", ports);
        }
        final int slash = port.indexOf('/');
        final String number = slash < 0 ? port : port.substring(0, slash);
        if (number.isEmpty()) {
            throw usage("--port: " + port + " (expected: such as 80/TCP)");
        }
        if (slash < 0 && PROTOCOLS.contains(port.toUpperCase(Locale.ROOT))) {
            return question.put("protocol", port.toUpperCase(Locale.ROOT));
        }
        final String protocol = slash < 0 ? "TCP" : port.substring(slash + 1);
        question.put("protocol", protocol.toUpperCase(Locale.ROOT));
        return isNumber(number)
                ? question.put("port", number("--port", port, number))
                : question.put("port", number);
    }

    private static boolean isNumber(final String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private int number(final String option, final String given, final String number) {
        if (number.length() > 5
                || Integer.parseInt(number) > 65_535
                || Integer.parseInt(number) == 0) {
            throw usage(option + ": " + given + " (expected: 1-65535, such as 80/TCP)");
        }
        return Integer.parseInt(number);
    }

    private ArrayNode ports() {
        if (to.indexOf('=') < 0) {
            throw usage("--to-ports goes with labels in --to; an endpoint has its own");
        }
        final ArrayNode ports = Json.object().putArray("ports");
        for (final String given : toPorts) {
            final Matcher port = NAMED_PORT.matcher(given);
            if (!port.matches()) {
                throw usage("--to-ports: " + given + " (expected: such as web=80/TCP)");
            }
            ports.addObject()
                    .put("name", port.group(1))
                    .put("port", number("--to-ports", given, port.group(2)))
                    .put(
                            "protocol",
                            port.group(3) == null ? "TCP" : port.group(3).toUpperCase(Locale.ROOT));
        }
        return ports;
    }

    /** As written; but labels of a container that need not exist become an object. */
    private JsonNode party(final String option, final String text, final String namespaceLabels) {
        final ObjectNode party = Json.object();
        if (text.indexOf('=') >= 0) {
            final int colon = text.substring(0, text.indexOf('=')).indexOf(':');
            if (colon > 0) {
                party.put("namespace", text.substring(0, colon));
            }
            party.set("labels", labels(option, text.substring(colon + 1)));
        } else if (namespaceLabels == null) {
            return Json.object().textNode(text);
        } else {
            final int slash = text.indexOf('/');
            if (slash <= 0) {
                throw usage(
                        option
                                + "-namespace-labels goes with namespace/pod or labels in "
                                + option);
            }
            party.put("namespace", text.substring(0, slash)).put("pod", text.substring(slash + 1));
        }
        if (namespaceLabels != null) {
            party.set("namespaceLabels", labels(option + "-namespace-labels", namespaceLabels));
        }
        return party;
    }

    private ObjectNode labels(final String option, final String text) {
        try {
            return Labels.patch(List.of(text.split(",")));
        } catch (final IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }
}
