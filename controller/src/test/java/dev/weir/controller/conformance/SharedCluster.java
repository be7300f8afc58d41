package dev.weir.controller.conformance;

import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One cluster of a layout for all classes that ask for one as a parameter: made when the first
 * does, removed after the last test. A test leaves it as it found it.
 */
final class SharedCluster implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedCluster.class);

    private final Layout layout;

    /** Of nine pods. */
    SharedCluster() {
        this(Layout.NINE_PODS);
    }

    SharedCluster(final Layout layout) {
        this.layout = layout;
    }

    /** What the store closes. */
    private record Started(Cluster cluster, TemporaryBpffs bpffs, Path folder)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                cluster.close();
            } finally {
                bpffs.close();
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
                }
            }
        }
    }

    @Override
    public boolean supportsParameter(
            final ParameterContext parameter, final ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(
            final ParameterContext parameter, final ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(layout, SharedCluster::start, Started.class)
                .cluster();
    }

    private static Started start(final Layout layout) {
        try {
            final Path folder = Files.createTempDirectory("weir-conformance-");
            final TemporaryBpffs bpffs = TemporaryBpffs.mount();
            final Cluster cluster = new Cluster(layout, folder, bpffs.pinRoot());
            final Started started = new Started(cluster, bpffs, folder);
            try {
                cluster.start();
            } catch (final Exception e) {
                started.close();
                throw e;
            }
            return started;
        } catch (final Exception e) {
            throw new IllegalStateException("no cluster could be made", e);
        }
    }
}
