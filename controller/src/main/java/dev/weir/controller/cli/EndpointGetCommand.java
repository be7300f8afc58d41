package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Yaml;

/** {@code weir endpoint get ID}. */
final class EndpointGetCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final Arg<String> id = args.parameter(0, "ID", "The endpoint's id or the container's.");

    EndpointGetCommand() {
        super("get", "One endpoint with all that is known of it.");
    }

    @Override
    public Integer call() {
        final JsonNode endpoint = agent().get("/v1/endpoints/" + encoded(id.value()));
        out().print(output.forPeople() ? Yaml.write(endpoint) : output.text(endpoint));
        return Cli.DONE;
    }
}
