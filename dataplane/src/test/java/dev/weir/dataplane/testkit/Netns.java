package dev.weir.dataplane.testkit;

import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of the test's own, with a unique name, made and filled by iproute2. Closing
 * ends what was started inside by its handle and takes the namespace and its links away.
 */
public final class Netns implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int DEADLINE_SECONDS = 20;

    private final String name;
    private final List<Process> started = new ArrayList<>();

    private Netns(final String name) {
        this.name = name;
    }

    /** A new one, loopback up. */
    public static Netns create() {
        final Netns namespace = new Netns(uniqueName("weirt"));
        make(List.of(namespace.name), () -> execute(List.of("ip", "netns", "add", namespace.name)));
        namespace.run("ip", "link", "set", "lo", "up");
        return namespace;
    }

    /** Namespaces that {@code making} makes in its own way are gone, too, when the JVM is. */
    public static void make(final List<String> names, final Runnable making) {
        Leftovers.own().make(Leftovers.Kind.NETNS, names, making::run);
    }

    /** They were removed in the same way. */
    public static void removed(final List<String> names) {
        Leftovers.own().forget(Leftovers.Kind.NETNS, names);
    }

    /** Unique on this machine, short enough for an interface. */
    public static String uniqueName(final String prefix) {
        return prefix + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
    }

    /** Runs a command in the tester's own namespace; its output, or an error with it. */
    public static String host(final String... command) {
        return execute(List.of(command));
    }

    public String name() {
        return name;
    }

    /** What {@link NetworkNamespace#open} and CNI_NETNS want. */
    public Path path() {
        return Path.of("/run/netns", name);
    }

    /** A handle to ask it; the caller closes it. */
    public NetworkNamespace open() {
        return NetworkNamespace.open(path());
    }

    /** Runs a command inside; its output, or an error with it. */
    public String run(final String... command) {
        return execute(inside(command));
    }

    /** Starts a command inside that ends when the namespace is closed. */
    public Process start(final String... command) {
        try {
            final Process process =
                    new ProcessBuilder(inside(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            started.add(process);
            return process;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs Java inside, on a thread of its own. */
    public <T> T call(final Callable<T> task) throws Exception {
        try (NetworkNamespace namespace = open()) {
            return namespace.call(task);
        }
    }

    /**
     * A veth pair from the tester's namespace to {@code inner} in here, both up, no addresses.
     *
     * @return both ends; the outer one is called like the namespace
     */
    public Veth veth(final String inner) {
        final String outer = uniqueName("wt");
        host("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name);
        host("ip", "link", "set", outer, "up");
        run("ip", "link", "set", inner, "up");
        return veth(outer, inner, null);
    }

    /** A veth pair from {@code outer} in the namespace {@code host} to {@code inner} in here. */
    public Veth veth(final Netns host, final String outer, final String inner) {
        host.run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name);
        host.run("ip", "link", "set", outer, "up");
        run("ip", "link", "set", inner, "up");
        return veth(outer, inner, host);
    }

    private Veth veth(final String outer, final String inner, final Netns host) {
        try (NetworkNamespace here = open();
                NetworkNamespace there = host == null ? NetworkNamespace.current() : host.open()) {
            return new Veth(there.link(outer).orElseThrow(), here.link(inner).orElseThrow());
        }
    }

    /**
     * A pair.
     *
     * @param outer the host side
     * @param inner the container side
     */
    public record Veth(NetworkLink outer, NetworkLink inner) {}

    @Override
    public void close() {
        for (final Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        for (final Process process : started) {
            waitFor(process);
        }
        started.clear();
        execute(List.of("ip", "netns", "delete", name));
        removed(List.of(name));
    }

    private List<String> inside(final String... command) {
        final List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(List.of(command));
        return whole;
    }

    private static String execute(final List<String> command) {
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            final String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            waitFor(process);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command)
                                + ": exit "
                                + process.exitValue()
                                + ": "
                                + output);
            }
            return output;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitFor(final Process process) {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        process.info().commandLine().orElse("process") + ": still running");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
