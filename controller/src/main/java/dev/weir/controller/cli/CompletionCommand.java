package dev.weir.controller.cli;

import picocli.AutoComplete;

/** {@code weir generate-completion}: {@code source <(weir generate-completion)}. */
final class CompletionCommand extends WeirCommand {

    CompletionCommand() {
        super(
                "generate-completion",
                "A completion script for bash and zsh: source <(weir generate-completion)");
    }

    @Override
    public Integer call() {
        out().print(AutoComplete.bash("weir", spec().root().commandLine()));
        out().println();
        return Cli.DONE;
    }
}
