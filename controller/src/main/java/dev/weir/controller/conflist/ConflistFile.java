package dev.weir.controller.conflist;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.controller.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A CNI network's file on disk and the entry of {@code weir-cni} in it. */
public record ConflistFile(Path path) {
    private static final String TYPE = "weir-cni";

    /** The plugin's entry, for an agent on {@code socket}. */
    public static String entry(final String socket) {
        return "{ \"type\": \""
                + TYPE
                + "\", \"socket\": "
                + Json.compact(Json.object().textNode(socket))
                + " }";
    }

    /**
     * The network as the file has it now.
     *
     * @throws IOException if it cannot be read or holds no network
     */
    public Conflist read() throws IOException {
        return new Conflist(Files.readString(path), TYPE);
    }

    /**
     * Puts {@code text} where {@code network} was read, if nobody else changed the file since. By a
     * temporary name and a rename, which also makes container runtimes read the folder again.
     *
     * @return false when the file is no longer as it was read; it stays as it is
     */
    public boolean replace(final Conflist network, final String text) throws IOException {
        if (text.equals(network.text())) {
            return true;
        }
        final Path target = path.toRealPath(); // A link stays one.
        final Path beside = target.resolveSibling("." + target.getFileName() + ".weir");
        final Set<PosixFilePermission> mode = Files.getPosixFilePermissions(target);
        try {
            Files.write(beside, text.getBytes(UTF_8));
            Files.setPosixFilePermissions(beside, mode);
            if (!Files.readString(target).equals(network.text())) {
                return false;
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
