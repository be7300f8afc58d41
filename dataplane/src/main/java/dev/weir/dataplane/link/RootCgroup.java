package dev.weir.dataplane.link;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The root of the cgroup v2 hierarchy as this process may see it: of a cgroup namespace that
 * namespace's own. Owns a descriptor. Whatever the host has mounted, also with cgroup v1: the
 * hierarchy is mounted for this descriptor alone and appears nowhere.
 */
public final class RootCgroup implements AutoCloseable {
    private static final Path OWN = Path.of("/proc/self/ns/cgroup");

    /** {@code PROC_CGROUP_INIT_INO}. */
    private static final String HOSTS = "cgroup:[4026531835]";

    private final Descriptor descriptor;

    private RootCgroup(final int fd) {
        this.descriptor = new Descriptor(fd, "root cgroup");
    }

    /**
     * Opens it.
     *
     * @throws BpfException if the kernel has no cgroup v2, or this process may not mount
     */
    public static RootCgroup open() {
        return new RootCgroup(
                BpfException.check(Native.cgroupRoot(), "mount, for itself, the", "root cgroup"));
    }

    /**
     * Whether this process is in a cgroup namespace that is not the host's: the sockets of all
     * others are hidden from it.
     */
    public static boolean isPartial() {
        try {
            return !Files.readSymbolicLink(OWN).toString().equals(HOSTS);
        } catch (final IOException e) {
            return false; // a kernel without such namespaces
        }
    }

    int number() {
        return descriptor.number();
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
