package dev.weir.controller.app;

import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Many namespaces, each with a veth to a node, by number; a hundred of them for the price of a few
 * processes.
 */
final class Containers implements AutoCloseable {
    private static final int SHELLS = 4;
    private static final String CONFIGURE =
            """
            while [ $# -gt 0 ]; do
                nsenter --net="/run/netns/$1" ifconfig eth0 "$2" netmask 255.0.0.0 up
                shift 2
            done
            """;

    private final Netns node;
    private final String prefix = Netns.uniqueName("wc");
    private final TreeSet<Integer> alive = new TreeSet<>();

    Containers(final Netns node) {
        this.node = node;
    }

    /** So many numbers. */
    static List<Integer> range(final int from, final int to) {
        return Stream.iterate(from, each -> each + 1).limit(to - from).toList();
    }

    /** Those that are there. */
    List<Integer> alive() {
        return List.copyOf(alive);
    }

    /** Its namespace's. */
    String name(final int number) {
        return prefix + number;
    }

    /** Of its host side. */
    static String hostInterface(final int number) {
        return "v" + number;
    }

    static String address(final int number) {
        return "10." + (100 + number / 250) + ".0." + (number % 250 + 1);
    }

    /** With a veth, configured last, as a plugin does that makes the interface. */
    void make(final List<Integer> numbers) throws Exception {
        alive.addAll(numbers);
        final List<String> names = numbers.stream().map(this::name).toList();
        Netns.make(names, () -> ip(names.stream().map(name -> "netns add " + name).toList()));
        ip(
                numbers.stream()
                        .map(
                                each ->
                                        "link add %s up type veth peer name eth0 netns %s"
                                                .formatted(hostInterface(each), name(each)))
                        .toList(),
                "-n",
                node.name());
        configure(numbers);
    }

    private void configure(final List<Integer> numbers) throws Exception {
        final List<String> arguments = new ArrayList<>();
        for (final int number : numbers) {
            arguments.addAll(List.of(name(number), address(number)));
        }
        if (!shells(CONFIGURE, List.of(), 2, arguments).isEmpty()) {
            throw new IllegalStateException("not all could be configured");
        }
    }

    /**
     * Runs a script several times at once, each with some of the arguments. Of busybox, as it forks
     * and starts its own in half the time.
     *
     * @param first what each gets first
     * @param group so many arguments belong together
     * @return all that they said
     */
    static List<String> shells(
            final String script,
            final List<String> first,
            final int group,
            final List<String> arguments)
            throws Exception {
        final List<List<String>> commands = new ArrayList<>();
        for (int shell = 0; shell < SHELLS; shell++) {
            commands.add(new ArrayList<>(List.of("busybox", "sh", "-c", script, "sh")));
            commands.get(shell).addAll(first);
        }
        for (int i = 0; i < arguments.size(); i++) {
            commands.get(i / group % SHELLS).add(arguments.get(i));
        }
        final List<Process> processes = new ArrayList<>();
        for (final List<String> command : commands) {
            processes.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        }
        final List<String> said = new ArrayList<>();
        for (final Process process : processes) {
            process.inputReader().lines().forEach(said::add);
            process.waitFor();
        }
        return said;
    }

    /** Ends them, as a runtime does that tells nobody. */
    void remove(final List<Integer> numbers) {
        final List<String> names = numbers.stream().map(this::name).toList();
        ip(names.stream().map(name -> "netns delete " + name).toList());
        Netns.removed(names);
        numbers.forEach(alive::remove);
    }

    /** Ends those that are there. */
    @Override
    public void close() {
        remove(alive());
    }

    private static void ip(final List<String> lines, final String... options) {
        final List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(options));
        command.addAll(List.of("-batch", "-"));
        try {
            final Process ip =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (OutputStream in = ip.getOutputStream()) {
                in.write(String.join("\n", lines).getBytes(StandardCharsets.US_ASCII));
            }
            if (ip.waitFor() != 0) {
                throw new IllegalStateException(
                        "ip -batch: exit " + ip.exitValue() + ", first: " + lines.get(0));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
