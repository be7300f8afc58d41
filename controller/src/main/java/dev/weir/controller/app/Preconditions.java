package dev.weir.controller.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What must be so before anything is touched. */
final class Preconditions {
    private static final String OBJECTS_PROPERTY = "weir.objects";
    private static final String HOME_PROPERTY = "weir.home";

    private Preconditions() {}

    /**
     * Loading programs needs root.
     *
     * @param processStatus /proc/self/status
     * @throws StartException if the effective user is another
     */
    static void isRoot(final Path processStatus) {
        try {
            final String uid =
                    Files.readAllLines(processStatus).stream()
                            .filter(line -> line.startsWith("Uid:"))
                            .map(line -> line.split("\\s+")[2])
                            .findFirst()
                            .orElse("unknown");
            if (!uid.equals("0")) {
                throw new StartException("user: " + uid + " (expected: root; try sudo weir agent)");
            }
        } catch (final IOException e) {
            throw new StartException("user: unknown: " + e.getMessage(), e);
        }
    }

    /**
     * Nobody may answer on the socket yet.
     *
     * @throws StartException if somebody does
     */
    static void isFree(final Path socket) {
        if (Files.notExists(socket)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (probe.connect(UnixDomainSocketAddress.of(socket))) {
                throw new StartException(
                        "socket: "
                                + socket
                                + ": another agent serves it (expected: stop that one, or give this"
                                + " one its own --socket, --state-dir and --bpffs)");
            }
        } catch (final IOException e) {
            return; // left behind by an agent that is gone
        }
    }

    /**
     * Folder of the BPF objects.
     *
     * @throws StartException if it is nowhere
     */
    static Path objects() {
        final Optional<Path> folder =
                Optional.ofNullable(System.getProperty(OBJECTS_PROPERTY))
                        .map(Path::of)
                        .or(
                                () ->
                                        Optional.ofNullable(System.getProperty(HOME_PROPERTY))
                                                .map(home -> Path.of(home, "lib", "bpf")));
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
            throw new StartException(
                    "BPF objects: not found"
                            + folder.map(path -> " in " + path).orElse("")
                            + " (expected: start bin/weir of a complete distribution, or -D"
                            + OBJECTS_PROPERTY
                            + "=FOLDER)");
        }
        return folder.get();
    }
}
