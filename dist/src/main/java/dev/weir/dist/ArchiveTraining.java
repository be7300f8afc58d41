package dev.weir.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.controller.cli.Cli;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the commands that should start fast, so that the JVM can list the classes they load. The
 * answers come from a file; what they say does not matter, only that every kind of value occurs.
 */
public final class ArchiveTraining {
    private static final List<String[]> COMMANDS =
            List.of(
                    new String[] {"version", "-o", "json"},
                    new String[] {"status"},
                    new String[] {"status", "-o", "yaml"},
                    new String[] {"endpoint", "list", "-o", "wide"},
                    new String[] {"endpoint", "get", "a"},
                    new String[] {"endpoint", "label", "a", "app=web", "tier-"},
                    new String[] {"endpoint", "attach", "--pid", "1", "--label", "app=web"},
                    new String[] {"policy", "get", "-A"},
                    new String[] {"policy", "get", "web", "-o", "json"},
                    new String[] {"policy", "test", "--from", "a", "--to", "b", "--port", "80"},
                    new String[] {"flows", "--not", "--pod", "a", "--since", "5m"},
                    new String[] {"flows", "-f"},
                    new String[] {"flows", "-o", "jsonl"},
                    new String[] {"flows", "-o", "csv", "--fields", "time,why"},
                    new String[] {"stats"},
                    new String[] {"top", "--count", "1", "--interval", "1"},
                    new String[] {"flows", "--nonsense"},
                    new String[] {"policy", "validate", "-f", "/nonexistent"},
                    new String[] {"--help"},
                    new String[] {"namespace", "label", "a", "b=c"});

    private ArchiveTraining() {}

    /** Takes the file with the policy to validate. */
    public static void main(final String[] args) throws Exception {
        Class.forName("dev.weir.controller.Main");
        final Path folder = Files.createTempDirectory("weir-training");
        final Path socket = folder.resolve("s");
        final byte[] answer;
        try (InputStream in = ArchiveTraining.class.getResourceAsStream("answer.json")) {
            answer = in.readAllBytes();
        }
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            final Thread agent = new Thread(() -> serve(server, answer), "agent");
            agent.setDaemon(true);
            agent.start();
            for (final String[] command : COMMANDS) {
                run(socket, command);
            }
            run(socket, "policy", "validate", "-f", args[0]);
            run(socket, "policy", "apply", "-f", args[0]);
            run(folder.resolve("gone"), "status");
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(folder);
        }
    }

    /** As {@code Main} would, which ends the JVM. */
    private static void run(final Path socket, final String... command) {
        final String[] words = java.util.Arrays.copyOf(command, command.length + 2);
        words[command.length] = "--socket";
        words[command.length + 1] = socket.toString();
        Cli.run(words);
    }

    private static void serve(final ServerSocketChannel server, final byte[] answer) {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    client.read(ByteBuffer.allocate(64 * 1024));
                    final OutputStream out = Channels.newOutputStream(client);
                    out.write(
                            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + Integer.toHexString(answer.length)
                                            + "\r\n")
                                    .getBytes(UTF_8));
                    out.write(answer);
                    out.write("\r\n0\r\n\r\n".getBytes(UTF_8));
                }
            }
        } catch (final IOException e) {
            // The server was closed: the training is over.
        }
    }
}
