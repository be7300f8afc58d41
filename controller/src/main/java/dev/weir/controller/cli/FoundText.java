package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;

/** Attached and other containers for people. */
final class FoundText {
    private FoundText() {}

    static TextTable table(final boolean wide) {
        return wide
                ? new TextTable(
                        "INTERFACE",
                        "MANAGED",
                        "ENDPOINT",
                        "NAMESPACE",
                        "POD",
                        "IPS",
                        "RUNTIME",
                        "CONTAINER",
                        "COMMAND",
                        "PIDS",
                        "NETNS",
                        "CGROUP")
                : new TextTable(
                        "INTERFACE",
                        "MANAGED",
                        "ENDPOINT",
                        "IPS",
                        "RUNTIME",
                        "CONTAINER",
                        "COMMAND",
                        "PIDS");
    }

    static void row(final TextTable table, final JsonNode item, final boolean wide) {
        final String name = item.path("interface").asText();
        final String managed = item.path("managed").asBoolean() ? "yes" : "no";
        final String id = item.path("id").asText();
        final String ips = EndpointText.joined(item.path("ips"));
        final String runtime = item.path("runtime").asText();
        final String container = item.path("containerId").asText();
        final String command = item.path("command").asText();
        if (wide) {
            table.row(
                    name,
                    managed,
                    id,
                    item.path("namespace").asText(),
                    item.path("pod").asText(),
                    ips,
                    runtime,
                    container,
                    command,
                    EndpointText.joined(item.path("pids")),
                    item.path("netns").asText(),
                    item.path("cgroup").asText());
        } else {
            table.row(name, managed, id, ips, runtime, brief(container), command, pids(item));
        }
    }

    /** As the runtimes' own lists cut ids. */
    private static String brief(final String id) {
        return id.matches("[0-9a-f]{64}") ? id.substring(0, 12) : id;
    }

    /** The first one, and how many more. */
    private static String pids(final JsonNode item) {
        final int more = item.path("processes").asInt() - 1;
        return item.path("pids").path(0).asText() + (more > 0 ? "+" + more : "");
    }
}
