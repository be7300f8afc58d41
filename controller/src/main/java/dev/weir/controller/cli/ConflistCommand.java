package dev.weir.controller.cli;

import dev.weir.controller.conflist.Conflist;
import dev.weir.controller.conflist.ConflistFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** {@code weir conflist add|remove|name FILE}: what install.sh does to a CNI network's file. */
final class ConflistCommand extends WeirCommand {
    private final Arg<Action> action =
            args.add(
                    Args.parameter("0", "ACTION", "${COMPLETION-CANDIDATES}.")
                            .type(Action.class)
                            .converters(new Choice<>(Action.class))
                            .required(true));

    private final Arg<Path> file =
            args.add(
                    Args.parameter("1", "FILE", "A .conflist file.")
                            .type(Path.class)
                            .required(true));

    private final Arg<String> pluginSocket =
            args.text(
                    "--plugin-socket",
                    "PATH",
                    "/run/weir/weir.sock",
                    "The agent's socket as the plugin shall know it.");

    ConflistCommand() {
        super("conflist", "For the installer: chains weir-cni in a CNI network's file.");
        spec().usageMessage().hidden(true);
    }

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

    @Override
    public Integer call() {
        final ConflistFile network = new ConflistFile(file.value());
        try {
            final Conflist now = network.read();
            switch (action.value()) {
                case ADD ->
                        replace(network, now, now.with(ConflistFile.entry(pluginSocket.value())));
                case REMOVE -> replace(network, now, now.without());
                case NAME -> out().println(now.name());
            }
            return Cli.DONE;
        } catch (final IOException e) {
            throw new CommandException(file.value() + ": " + e.getMessage());
        }
    }

    private static void replace(final ConflistFile network, final Conflist now, final String text)
            throws IOException {
        if (!network.replace(now, text)) {
            throw new IOException("another program is writing it (expected: nobody; try again)");
        }
    }
}
