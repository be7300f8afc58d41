package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir endpoint attach}: a container that no CNI told of. */
@CommandLine.Command(
        name = "attach",
        description = "Guards a container that no CNI told of; its open connections go on.")
final class EndpointAttachCommand extends WeirCommand {
    @Mixin private Output output;

    @ArgGroup(multiplicity = "1")
    private Where where;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace; else default.")
    private String namespace;

    @Option(names = "--pod", paramLabel = "NAME", description = "Pod; else the container id.")
    private String pod;

    @Option(names = "--container", paramLabel = "ID", description = "The runtime's container id.")
    private String container;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Interface inside the container; else eth0.")
    private String interfaceName;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "A label; may come more than once.")
    private List<String> labels = List.of();

    /** One of three ways to find the container. */
    static final class Where {
        @Parameters(
                index = "0",
                paramLabel = "FOUND",
                description =
                        "Its host interface or container id, as endpoint list --all shows it.")
        private String found;

        @Option(names = "--pid", description = "A process of the container.")
        private Integer pid;

        @Option(names = "--netns", description = "Path of its network namespace.")
        private String netns;
    }

    @Override
    public Integer call() {
        final JsonNode endpoint =
                agent().request("POST", "/v1/endpoints", "application/json", request());
        out().print(
                        output.forPeople()
                                ? "endpoint/" + endpoint.path("id").asText() + " attached\n"
                                : output.text(endpoint));
        return Cli.DONE;
    }

    private ObjectNode request() {
        final ObjectNode request = Json.object();
        if (where.pid != null) {
            request.put("pid", where.pid);
        }
        put(request, "netns", where.netns);
        put(request, "found", where.found);
        put(request, "namespace", namespace);
        put(request, "pod", pod);
        put(request, "containerId", container);
        put(request, "ifname", interfaceName);
        if (!labels.isEmpty()) {
            request.set("labels", labels());
        }
        return request;
    }

    private ObjectNode labels() {
        final ObjectNode set;
        try {
            set = Labels.patch(labels);
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        for (final Map.Entry<String, JsonNode> label : set.properties()) {
            if (label.getValue().isNull()) {
                throw usage("label: " + label.getKey() + "- (expected: key=value)");
            }
        }
        return set;
    }

    private static void put(final ObjectNode request, final String name, final String value) {
        if (value != null) {
            request.put(name, value);
        }
    }
}
