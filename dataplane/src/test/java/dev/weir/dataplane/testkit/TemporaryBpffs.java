package dev.weir.dataplane.testkit;

import dev.weir.dataplane.map.BpfFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A bpffs of the test's own, as an extension ({@code @RegisterExtension final TemporaryBpffs bpffs
 * = new TemporaryBpffs()}) or by {@link #mount} and {@link #close}. Its pins go with it.
 */
public final class TemporaryBpffs implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    private Path path;

    /** Mounts it; give it back with {@link #close}. */
    public static TemporaryBpffs mount() throws IOException {
        final TemporaryBpffs bpffs = new TemporaryBpffs();
        bpffs.begin();
        return bpffs;
    }

    /** What {@code making} mounts in its own way is gone, too, when the JVM is. */
    public static void make(final Path place, final Leftovers.Making<IOException> making)
            throws IOException {
        Leftovers.own().make(Leftovers.Kind.BPFFS, List.of(place.toString()), making);
    }

    /** It was unmounted in the same way. */
    public static void removed(final Path place) {
        Leftovers.own().forget(Leftovers.Kind.BPFFS, List.of(place.toString()));
    }

    /** Where it is mounted. */
    public Path path() {
        return path;
    }

    /** A folder in it, not made yet: what Dataplane wants as its pin root. */
    public Path pinRoot() {
        return path.resolve("weir");
    }

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        begin();
    }

    @Override
    public void afterEach(final ExtensionContext context) throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        if (path != null) {
            BpfFs.unmount(path);
            Files.delete(path);
            removed(path);
            path = null;
        }
    }

    private void begin() throws IOException {
        final Path folder =
                Path.of(System.getProperty("java.io.tmpdir"), Netns.uniqueName("weir-bpffs-"));
        make(
                folder,
                () -> {
                    Files.createDirectory(folder);
                    BpfFs.mount(folder);
                });
        path = folder;
    }
}
