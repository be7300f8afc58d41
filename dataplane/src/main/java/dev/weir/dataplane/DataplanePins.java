package dev.weir.dataplane;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.BpfHooks;
import dev.weir.dataplane.attach.LinkPins;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.map.BpfFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an agent left in the kernel, without opening it: for an agent that cannot or must not. */
public final class DataplanePins {
    private DataplanePins() {}

    /**
     * Detaches every program of the agent whose pins are under {@code pinRoot} and removes the
     * pins; right when there are none.
     *
     * @return how many interfaces had programs
     */
    public static int detachAll(final Path pinRoot) {
        if (!Files.isDirectory(pinRoot) || !BpfFs.isOn(pinRoot)) {
            return 0;
        }
        final BpfHooks hooks =
                new BpfHooks(
                        new BpfHooks.Programs(null, null, null),
                        new LinkPins(pinRoot),
                        AttachMode.AUTO,
                        GracePeriods.open(GraceMode.AUTO));
        int interfaces = 0;
        for (final int ifIndex : hooks.attached()) {
            hooks.detach(ifIndex);
            interfaces++;
        }
        remove(pinRoot);
        return interfaces;
    }

    /** Removes all pins; the folder itself stays where it is a mount point. */
    static void remove(final Path pinRoot) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(pinRoot)) {
            for (final Path child : children) {
                // progs.debug and maps.debug at a mount's root are the kernel's own.
                if (!child.getFileName().toString().endsWith(".debug")) {
                    Generation.deleteTree(child);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final Path parent = pinRoot.toAbsolutePath().getParent();
        if (parent != null && BpfFs.isOn(parent)) {
            Generation.deleteTree(pinRoot);
        }
    }
}
