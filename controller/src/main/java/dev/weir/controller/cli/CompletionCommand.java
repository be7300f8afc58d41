package dev.weir.controller.cli;

import picocli.AutoComplete;
import picocli.CommandLine;

/** {@code weir generate-completion}: {@code source <(weir generate-completion)}. */
@CommandLine.Command(
        name = "generate-completion",
        description = "A completion script for bash and zsh: source <(weir generate-completion)")
final class CompletionCommand extends WeirCommand {
    @Override
    public Integer call() {
        out().print(AutoComplete.bash("weir", spec().root().commandLine()));
        out().println();
        return Cli.DONE;
    }
}
