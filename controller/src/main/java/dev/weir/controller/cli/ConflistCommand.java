package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.controller.cli.text.Conflist;
import dev.weir.controller.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir conflist add|remove|name FILE}: what install.sh does to a CNI network's file. */
@CommandLine.Command(
        name = "conflist",
        hidden = true,
        description = "For the installer: chains weir-cni in a CNI network's file.")
final class ConflistCommand extends WeirCommand {
    private static final String TYPE = "weir-cni";

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
        try {
            final Conflist network = new Conflist(Files.readString(file), TYPE);
            switch (action) {
                case ADD -> replace(network.with(entry()));
                case REMOVE -> replace(network.without());
                case NAME -> out().println(network.name());
            }
            return Cli.DONE;
        } catch (final IOException e) {
            throw new CommandException(file + ": " + e.getMessage());
        }
    }

    private String entry() {
        return "{ \"type\": \""
                + TYPE
                + "\", \"socket\": "
                + Json.compact(Json.object().textNode(pluginSocket))
                + " }";
    }

    /**
     * By a temporary name and a rename, which also makes container runtimes read the folder again.
     */
    private void replace(final String text) throws IOException {
        if (text.equals(Files.readString(file))) {
            return;
        }
        final Path beside = file.resolveSibling("." + file.getFileName() + ".weir");
        final Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        try {
            Files.write(beside, text.getBytes(UTF_8));
            Files.setPosixFilePermissions(beside, mode);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
