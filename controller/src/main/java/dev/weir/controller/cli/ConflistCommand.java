package dev.weir.controller.cli;

import dev.weir.controller.conflist.Conflist;
import dev.weir.controller.conflist.ConflistFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir conflist add|remove|name FILE}: what install.sh does to a CNI network's file. */
@CommandLine.Command(
        name = "conflist",
        hidden = true,
        description = "For the installer: chains weir-cni in a CNI network's file.")
final class ConflistCommand extends WeirCommand {
    @Parameters(
            index = "0",
            converter = ActionChoice.class,
            description = "${COMPLETION-CANDIDATES}.")
    private Action action;

    @Parameters(index = "1", paramLabel = "FILE", description = "A .conflist file.")
    private Path file;

    @Option(
            names = "--plugin-socket",
            paramLabel = "PATH",
            description = "The agent's socket as the plugin shall know it.")
    private String pluginSocket = "/run/weir/weir.sock";

    /** What to do with the file. */
    enum Action {
        ADD,
        REMOVE,
        NAME;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads it. */
    static final class ActionChoice extends Choice<Action> {
        ActionChoice() {
            super(Action.class);
        }
    }

    @Override
    public Integer call() {
        final ConflistFile network = new ConflistFile(file);
        try {
            final Conflist now = network.read();
            switch (action) {
                case ADD -> replace(network, now, now.with(ConflistFile.entry(pluginSocket)));
                case REMOVE -> replace(network, now, now.without());
                case NAME -> out().println(now.name());
            }
            return Cli.DONE;
        } catch (final IOException e) {
            throw new CommandException(file + ": " + e.getMessage());
        }
    }

    private static void replace(final ConflistFile network, final Conflist now, final String text)
            throws IOException {
        if (!network.replace(now, text)) {
            throw new IOException("another program is writing it (expected: nobody; try again)");
        }
    }
}
