package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file system that pins live in. */
public final class BpfFs {
    private static final long MAGIC = 0xCAFE4A11L;
    private static final Path USUAL = Path.of("/sys/fs/bpf");

    private BpfFs() {}

    /** True when {@code path} exists and is on a bpffs. */
    public static boolean isOn(final Path path) {
        return Native.fileSystemMagic(path.toString()) == MAGIC;
    }

    /**
     * Makes {@code path} a folder on a bpffs: mounts /sys/fs/bpf if that is where it belongs and
     * nothing is mounted there, mounts {@code path} itself if it is anywhere else.
     *
     * @return true when it mounted something
     */
    public static boolean mountIfMissing(final Path path) {
        final Path absolute = path.toAbsolutePath().normalize();
        boolean mounted = false;
        if (absolute.startsWith(USUAL)) {
            if (!isOn(USUAL)) {
                mount(USUAL);
                mounted = true;
            }
            makeFolder(absolute);
        } else {
            makeFolder(absolute);
            if (!isOn(absolute)) {
                mount(absolute);
                mounted = true;
            }
        }
        return mounted;
    }

    /**
     * Proves that pins can be made in {@code path} and makes the folder.
     *
     * @throws IllegalArgumentException if it is on another file system
     */
    public static void require(final Path path) {
        final Path absolute = path.toAbsolutePath().normalize();
        if (!isOn(existingAncestor(absolute))) {
            throw new IllegalArgumentException(
                    "pinRoot: "
                            + path
                            + " is on no bpffs (expected: a folder under a mounted one; mount -t"
                            + " bpf bpf "
                            + (absolute.startsWith(USUAL) ? USUAL : path)
                            + ")");
        }
        makeFolder(absolute);
    }

    public static void mount(final Path path) {
        BpfException.check(Native.mountBpffs(path.toString()), "mount bpffs on", path);
    }

    public static void unmount(final Path path) {
        BpfException.check(Native.unmount(path.toString()), "unmount", path);
    }

    private static Path existingAncestor(final Path path) {
        Path existing = path;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static void makeFolder(final Path path) {
        try {
            Files.createDirectories(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(
                    "bpffs: " + path + " cannot be made (expected: a folder): " + e, e);
        }
    }
}
