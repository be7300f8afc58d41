package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.nio.file.Path;

/** Whose pins a folder holds: one process at a time; the lock ends with the process. */
public final class PinLock implements AutoCloseable {
    private final Descriptor folder;

    private PinLock(final Descriptor folder) {
        this.folder = folder;
    }

    /**
     * Takes the folder; two mounts of bpffs on one path are two folders.
     *
     * @throws IllegalStateException if another process has it
     * @throws BpfException if it cannot be opened
     */
    public static PinLock take(final Path pinRoot) {
        final int fd = Native.lockFolder(pinRoot.toString());
        if (fd == -Errno.EAGAIN.number()) {
            throw new IllegalStateException(
                    "bpffs "
                            + pinRoot
                            + " is in use by another agent (expected: stop it, or give this one"
                            + " another --bpffs)");
        }
        return new PinLock(
                new Descriptor(BpfException.check(fd, "lock", pinRoot), "lock of " + pinRoot));
    }

    @Override
    public void close() {
        folder.close();
    }
}
