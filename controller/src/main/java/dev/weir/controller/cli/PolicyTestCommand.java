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

/**
 * {@code weir policy test}: what the kernel would do with a new connection, and which rule says so.
 */
final class PolicyTestCommand extends WeirCommand {
    private static final Set<String> PROTOCOLS = Set.of("ICMP", "ICMPV6", "TCP", "UDP", "SCTP");
    private static final Pattern NAMED_PORT =
            Pattern.compile("([^=]+)=([0-9]{1,9})(?:/([A-Za-z]+))?");
    private static final String WHO =
            "Endpoint or container id, namespace/pod, address, or labels: [namespace:]a=b,c=d.";

    private final Output output = new Output(args);

    private final Arg<String> from = args.required("--from", "WHO", WHO);

    private final Arg<String> to = args.required("--to", "WHO", WHO);

    private final Arg<String> port =
            args.required(
                    "--port",
                    "PORT/PROTOCOL",
                    "Such as 80/TCP, 53/UDP, ICMP, or the receiver's name for a port: web/TCP; 80"
                            + " and web alone are TCP.");

    private final Arg<String> fromNamespaceLabels =
            args.text(
                    "--from-namespace-labels",
                    "LABELS",
                    "Suppose the sender's namespace had these labels: a=b,c=d.");

    private final Arg<String> toNamespaceLabels =
            args.text(
                    "--to-namespace-labels",
                    "LABELS",
                    "Suppose the receiver's namespace had these labels: a=b,c=d.");

    private final Arg<List<String>> toPorts =
            args.add(
                    Args.texts("--to-ports")
                            .splitRegex(",")
                            .paramLabel("PORTS")
                            .description(
                                    "Named ports of a receiver given by labels: web=80/TCP,dns=53/UDP."));

    PolicyTestCommand() {
        super("test", "Would this traffic pass? Exits 0 when allowed, 3 when denied.");
    }

    @Override
    public Integer call() {
        final JsonNode answer =
                agent().request("POST", "/v1/verdict", "application/json", question());
        if (output.forPeople()) {
            out().println(
                            answer.path("verdict").asText()
                                    + ": "
                                    + from.value()
                                    + " -> "
                                    + to.value()
                                    + " "
                                    + port.value());
            VerdictText.print(answer, out());
        } else {
            out().print(output.text(answer));
        }
        return answer.path("verdict").asText().equals("denied") ? Cli.DENIED : Cli.DONE;
    }

    private ObjectNode question() {
        final ObjectNode question = Json.object();
        question.set("from", party("--from", from.value(), fromNamespaceLabels.value()));
        question.set("to", party("--to", to.value(), toNamespaceLabels.value()));
        if (!toPorts.value().isEmpty()) {
            final ArrayNode ports = ports();
            question.withObject("/to").set("ports", ports);
        }
        final int slash = port.value().indexOf('/');
        final String number = slash < 0 ? port.value() : port.value().substring(0, slash);
        if (number.isEmpty()) {
            throw usage("--port: " + port.value() + " (expected: such as 80/TCP)");
        }
        if (slash < 0 && PROTOCOLS.contains(port.value().toUpperCase(Locale.ROOT))) {
            return question.put("protocol", port.value().toUpperCase(Locale.ROOT));
        }
        final String protocol = slash < 0 ? "TCP" : port.value().substring(slash + 1);
        question.put("protocol", protocol.toUpperCase(Locale.ROOT));
        return isNumber(number)
                ? question.put("port", number("--port", port.value(), number))
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
        if (to.value().indexOf('=') < 0) {
            throw usage("--to-ports goes with labels in --to; an endpoint has its own");
        }
        final ArrayNode ports = Json.object().putArray("ports");
        for (final String given : toPorts.value()) {
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
