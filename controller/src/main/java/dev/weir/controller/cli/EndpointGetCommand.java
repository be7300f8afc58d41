package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir endpoint get ID}. */
@CommandLine.Command(name = "get", description = "One endpoint with all that is known of it.")
final class EndpointGetCommand extends WeirCommand {
    @Mixin private Output output;

    @Parameters(paramLabel = "ID", description = "The endpoint's id or the container's.")
    private String id;

    @Override
    public Integer call() {
        final JsonNode endpoint = agent().get("/v1/endpoints/" + encoded(id));
        out().print(output.forPeople() ? Yaml.write(endpoint) : output.text(endpoint));
        return Cli.DONE;
    }
}
