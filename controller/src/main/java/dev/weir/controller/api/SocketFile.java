package dev.weir.controller.api;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket's file: whose turn it is on a path, mode and group, and its end.
 *
 * <p>A lock beside the socket decides between two agents that start at once. The socket is bound
 * under another name and moved in place when its mode is right, so nobody ever sees it open wider.
 */
final class SocketFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    /** sockaddr_un has 108 bytes; the name the socket is bound under is longer than its own. */
    private static final int LONGEST = 100;

    private static final String GROUP = "weir";

    private final Path path;
    private final Path unfinished;
    private final FileChannel lockFile;
    private Object inode;

    private SocketFile(final Path path, final FileChannel lockFile) {
        this.path = path;
        this.unfinished = path.resolveSibling(path.getFileName() + ".new");
        this.lockFile = lockFile;
    }

    /**
     * Takes the path, if no live agent has it.
     *
     * @throws IOException when one has, when something else than a socket is there, or the path is
     *     too long
     */
    static SocketFile claim(final Path socket) throws IOException {
        final Path path = socket.toAbsolutePath().normalize();
        final int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw new IOException(
                    "socket: "
                            + path
                            + " is "
                            + length
                            + " bytes long (expected: at most "
                            + LONGEST
                            + ")");
        }
        final FileChannel lockFile = lockFile(path);
        try {
            lock(lockFile, path);
            refuseForeign(path);
            return new SocketFile(path, lockFile);
        } catch (final IOException e) {
            lockFile.close();
            throw e;
        }
    }

    private static FileChannel lockFile(final Path path) throws IOException {
        try {
            Files.createDirectories(path.getParent());
            return FileChannel.open(
                    path.resolveSibling(path.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (final IOException e) {
            throw new IOException(
                    "socket: "
                            + path
                            + " cannot be made (expected: a folder that this user may write): "
                            + e,
                    e);
        }
    }

    private static void lock(final FileChannel lockFile, final Path path) throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (final OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw taken(path);
        }
    }

    private static void refuseForeign(final Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(
                        path,
                        java.nio.file.attribute.BasicFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("socket: " + path + " is there and is no socket (remove it)");
        }
        if (answers(path)) {
            throw taken(path);
        }
        LOG.info("socket {}: left over from an agent that is gone; replacing it", path);
    }

    private static boolean answers(final Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (final IOException e) {
            return false;
        }
    }

    private static IOException taken(final Path path) {
        return new IOException(
                "socket: " + path + ": another agent serves it (stop it, or choose --socket)");
    }

    /** Where to bind; {@link #open} moves it in place. */
    Path unfinished() throws IOException {
        Files.deleteIfExists(unfinished);
        return unfinished;
    }

    /** Mode 0660, group weir where there is one, and the name that clients know. */
    void open() throws IOException {
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-rw----"));
        try {
            final GroupPrincipal group =
                    unfinished
                            .getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(GROUP);
            Files.getFileAttributeView(unfinished, PosixFileAttributeView.class).setGroup(group);
        } catch (final UserPrincipalNotFoundException e) {
            LOG.debug("no group {}: the socket is for its owner alone", GROUP);
        }
        inode = Files.getAttribute(unfinished, "unix:ino");
        Files.move(
                unfinished,
                path,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the socket if it is still ours, and gives the path free. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(unfinished);
            if (inode != null
                    && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && inode.equals(
                            Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS))) {
                Files.delete(path);
            }
        } finally {
            lockFile.close();
        }
    }
}
