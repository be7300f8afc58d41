package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code weir endpoint attach}: a container that no CNI told of. */
final class EndpointAttachCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final PositionalParamSpec found =
            Args.parameter(
                            "0",
                            "FOUND",
                            "Its host interface or container id, as endpoint list --all shows it.")
                    .type(String.class)
                    .build();

    private final OptionSpec pid =
            Args.option("--pid")
                    .type(Integer.class)
                    .paramLabel("PID")
                    .description("A process of the container.")
                    .build();

    private final OptionSpec netns =
            Args.option("--netns")
                    .type(String.class)
                    .paramLabel("PATH")
                    .description("Path of its network namespace.")
                    .build();

    private final Arg<String> namespace =
            args.text("-n,--namespace", "NAME", "Namespace; else default.");

    private final Arg<String> pod = args.text("--pod", "NAME", "Pod; else the container id.");

    private final Arg<String> container =
            args.text("--container", "ID", "The runtime's container id.");

    private final Arg<String> interfaceName =
            args.text("--interface", "NAME", "Interface inside the container; else eth0.");

    private final Arg<List<String>> labels =
            args.texts("-l,--label", "KEY=VALUE", "A label; may come more than once.");

    EndpointAttachCommand() {
        super("attach", "Guards a container that no CNI told of; its open connections go on.");
        // One of three ways to find the container.
        spec().addArgGroup(
                        ArgGroupSpec.builder()
                                .multiplicity("1")
                                .addArg(found)
                                .addArg(pid)
                                .addArg(netns)
                                .build());
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
        if (pid.getValue() != null) {
            request.put("pid", pid.<Integer>getValue());
        }
        put(request, "netns", netns.getValue());
        put(request, "found", found.getValue());
        put(request, "namespace", namespace.value());
        put(request, "pod", pod.value());
        put(request, "containerId", container.value());
        put(request, "ifname", interfaceName.value());
        if (!labels.value().isEmpty()) {
            request.set("labels", labels());
        }
        return request;
    }

    private ObjectNode labels() {
        final ObjectNode set;
        try {
            set = Labels.patch(labels.value());
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
