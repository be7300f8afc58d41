package dev.weir.dataplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test that leaves a BPF object, a socket, a process, a namespace or a mapping of a map
 * behind, naming it.
 */
public final class NoLeakedDescriptors implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NoLeakedDescriptors.class);

    static {
        // The JDK keeps one socket for ever from the first time that it closes a channel.
        try {
            SocketChannel.open().close();
            new ServerSocket().close();
        } catch (final IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        context.getStore(NAMESPACE).put("open", open());
    }

    @Override
    public void afterEach(final ExtensionContext context) throws IOException {
        final List<String> leaked = open();
        for (final Object before : context.getStore(NAMESPACE).get("open", List.class)) {
            leaked.remove(before);
        }
        assertThat(leaked).as("descriptors and mappings that the test left open").isEmpty();
    }

    private static List<String> open() throws IOException {
        final List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (final Path descriptor : descriptors) {
                final String target = target(descriptor);
                if (target.contains("bpf")
                        || target.contains("pidfd")
                        || target.startsWith("socket:")
                        || target.startsWith("net:")
                        || target.startsWith("/run/netns/")) {
                    open.add(target);
                }
            }
        }
        for (final String mapping : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (mapping.contains("bpf-map")) {
                open.add("mapping of a bpf-map");
            }
        }
        return open;
    }

    private static String target(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final IOException e) {
            return ""; // the listing's own descriptor is gone by now
        }
    }
}
