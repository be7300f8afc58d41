package dev.weir.controller.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.apply.ContainerEndpoints;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DELs that came while no agent ran: one file each, in the folder beside the socket that is a link
 * into the state directory.
 */
public final class DeleteNotes {
    private static final Logger LOG = LoggerFactory.getLogger(DeleteNotes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".json";

    /** What a plugin writes before it gives it its name; its process id comes behind. */
    private static final String UNFINISHED = ".new-";

    private final Path link;
    private final Path folder;

    /**
     * For the agent with this socket and state directory.
     *
     * @param socket the plugin's folder is beside it, with {@code .deletes} at the end
     */
    public DeleteNotes(final Path socket, final Path stateDirectory) {
        this.link = socket.resolveSibling(socket.getFileName() + ".deletes");
        this.folder = stateDirectory.resolve("deletes");
    }

    /**
     * Makes the link, and takes over what a plugin wrote where it should be.
     *
     * @throws IOException if the folders cannot be written
     */
    public void prepare() throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectories(link.toAbsolutePath().getParent());
        if (Files.isSymbolicLink(link)) {
            if (Files.readSymbolicLink(link).equals(folder)) {
                return;
            }
            Files.delete(link);
        }
        while (Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS)) {
            moveOver();
        }
        Files.createSymbolicLink(link, folder);
    }

    private void moveOver() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(link)) {
            for (final Path file : files) {
                Files.copy(
                        file,
                        folder.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
                Files.delete(file);
            }
        }
        try {
            Files.delete(link);
        } catch (final DirectoryNotEmptyException e) {
            LOG.debug("{}: a note came meanwhile", link);
        }
    }

    /**
     * Detaches what the notes name, and removes them; one that failed stays for the next time.
     *
     * @return how many could not be worked off
     * @throws IOException if the folder cannot be read
     */
    public int workOff(final ContainerEndpoints endpoints) throws IOException {
        removeUnfinished();
        final List<Path> notes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            files.forEach(notes::add);
        }
        int failed = 0;
        for (final Path note : notes) {
            if (!workOff(note, endpoints)) {
                failed++;
            }
        }
        return failed;
    }

    /** Of plugins that were killed: the runtime was told nothing and asks again. */
    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (final Path file : files) {
                final String pid = file.getFileName().toString().substring(UNFINISHED.length());
                if (pid.matches("[0-9]{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private boolean workOff(final Path note, final ContainerEndpoints endpoints)
            throws IOException {
        final JsonNode json;
        try {
            json = JSON.readTree(note.toFile());
            if (!json.path("containerId").isTextual() || !json.path("ifname").isTextual()) {
                throw new IOException("no containerId and ifname");
            }
        } catch (final IOException e) {
            if (Files.exists(note)) {
                final Path aside = note.resolveSibling(note.getFileName() + ".damaged");
                Files.move(note, aside, StandardCopyOption.REPLACE_EXISTING);
                LOG.error("delete note {}: damaged ({}); set aside", aside, e.getMessage());
            }
            return true;
        }
        final String containerId = json.path("containerId").asText();
        final String ifname = json.path("ifname").asText();
        try {
            endpoints.detach(containerId, ifname, json.path("netns").asText("")).join();
        } catch (final CompletionException e) {
            LOG.error("delete note {}: {}", note, e.getCause().getMessage());
            return false;
        }
        Files.deleteIfExists(note);
        LOG.info("worked off: DEL of container {} on {}", containerId, ifname);
        return true;
    }
}
