package dev.weir.controller.cli;

import java.util.List;

/** {@code weir endpoint detach ID...}. */
final class EndpointDetachCommand extends WeirCommand {
    private final Arg<List<String>> ids =
            args.parameters(0, "1..*", "ID", "Endpoint ids or container ids.");

    EndpointDetachCommand() {
        super(
                "detach",
                "Takes the programs off containers' interfaces; their traffic passes freely.");
    }

    @Override
    public Integer call() {
        for (final String id : ids.value()) {
            agent().request("DELETE", "/v1/endpoints/" + encoded(id), null, null);
            out().println("endpoint/" + id + " detached");
        }
        return Cli.DONE;
    }
}
