package dev.weir.controller.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code weir endpoint detach ID...}. */
@CommandLine.Command(
        name = "detach",
        description = "Takes the programs off containers' interfaces; their traffic passes freely.")
final class EndpointDetachCommand extends WeirCommand {
    @Parameters(arity = "1..*", paramLabel = "ID", description = "Endpoint ids or container ids.")
    private List<String> ids;

    @Override
    public Integer call() {
        for (final String id : ids) {
            agent().request("DELETE", "/v1/endpoints/" + encoded(id), null, null);
            out().println("endpoint/" + id + " detached");
        }
        return Cli.DONE;
    }
}
