package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an agent holds and what is kept for it. A BPF object lives by a descriptor, a pin or an
 * interface; interfaces go with the containers, the others are here.
 *
 * @param descriptors of BPF, namespaces and netlink, by kind; not the files and pipes of the
 *     runtime
 * @param pins in its bpffs
 * @param files in its folder: state, notes of deletes, sockets
 * @param tables entries by table, of those that describe endpoints and policy, and what the status
 *     counts
 */
record Held(
        Map<String, Integer> descriptors,
        Set<String> pins,
        Set<String> files,
        Map<String, Integer> tables) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DESCRIBING =
            "weir_(endpoints|interfaces|peers|cidrs|policy|process_netns).*";

    /** An object of the kernel. */
    record KernelObject(String kind, int id) implements Comparable<KernelObject> {
        @Override
        public int compareTo(final KernelObject other) {
            return kind.equals(other.kind)
                    ? Integer.compare(id, other.id)
                    : kind.compareTo(other.kind);
        }
    }

    /** Now. */
    static Held by(final AgentProcess agent) throws IOException {
        final Map<String, Integer> descriptors = new TreeMap<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/" + agent.pid() + "/fd"))) {
            for (final Path each : all.toList()) {
                kind(each).ifPresent(kind -> descriptors.merge(kind, 1, Integer::sum));
            }
        }
        assertThat(descriptors).containsKey("anon_inode:bpf-map");
        final JsonNode status = agent.call("GET", "/v1/status", "").body();
        final Map<String, Integer> tables = new TreeMap<>();
        for (final JsonNode table : status.path("tables")) {
            if (table.path("name").asText().matches(DESCRIBING)) {
                tables.put(table.path("name").asText(), table.path("entries").asInt());
            }
        }
        assertThat(tables).isNotEmpty();
        tables.put("journaled", status.at("/state/journaled").asInt());
        status.path("counts")
                .properties()
                .forEach(count -> tables.put(count.getKey(), count.getValue().asInt()));
        return new Held(descriptors, below(agent.pinRoot()), below(agent.folder()), tables);
    }

    /** Once nothing is under way to the files. */
    static Held settled(final AgentProcess agent) throws Exception {
        Await.until(() -> by(agent).tables().get("journaled") == 0, "all files to be written");
        return by(agent);
    }

    /** Descriptors of requests and sweeps come and go: what stays is compared. */
    static void await(final AgentProcess agent, final Held wanted) throws Exception {
        try {
            Await.until(() -> by(agent).equals(wanted), "nothing more to be held");
        } catch (final AssertionError e) {
            assertThat(by(agent)).isEqualTo(wanted);
        }
    }

    private static Optional<String> kind(final Path descriptor) {
        try {
            final String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("anon_inode:") || target.startsWith("net:")
                    ? Optional.of(target)
                    : Optional.empty();
        } catch (final IOException e) {
            return Optional.empty(); // closed since it was listed
        }
    }

    private static Set<String> below(final Path root) throws IOException {
        final Set<String> names = new TreeSet<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            final Path directory, final BasicFileAttributes attributes) {
                        return visitFile(directory, attributes);
                    }

                    @Override
                    public FileVisitResult visitFile(
                            final Path file, final BasicFileAttributes attributes) {
                        names.add(root.relativize(file).toString());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(
                            final Path file, final IOException goneSinceItWasListed) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return names;
    }

    /** Programs, maps and links that live by the agent's descriptors or its pins. */
    static Set<KernelObject> objects(final AgentProcess agent) throws IOException {
        final Set<KernelObject> objects = new TreeSet<>();
        for (final String kind : List.of("prog", "map", "link")) {
            for (final JsonNode each : bpftool("-f", kind)) {
                for (final JsonNode pin : each.path("pinned")) {
                    if (pin.asText().startsWith(agent.pinRoot() + "/")) {
                        objects.add(new KernelObject(kind, each.path("id").asInt()));
                    }
                }
            }
        }
        try (Stream<Path> all = Files.list(Path.of("/proc/" + agent.pid() + "/fdinfo"))) {
            for (final Path each : all.toList()) {
                ofDescriptor(each).ifPresent(objects::add);
            }
        }
        return objects;
    }

    private static Optional<KernelObject> ofDescriptor(final Path info) {
        try {
            for (final String line : Files.readAllLines(info)) {
                final String[] words = line.split("_id:\\s*");
                if (words.length == 2 && List.of("prog", "map", "link").contains(words[0])) {
                    return Optional.of(new KernelObject(words[0], Integer.parseInt(words[1])));
                }
            }
        } catch (final IOException e) {
            return Optional.empty(); // closed since it was listed
        }
        return Optional.empty();
    }

    /** Those of {@code objects} that the kernel still has. */
    static Set<KernelObject> stillThere(final Set<KernelObject> objects) throws IOException {
        final Set<KernelObject> there = new TreeSet<>();
        for (final String kind : List.of("prog", "map", "link")) {
            bpftool("-p", kind)
                    .forEach(each -> there.add(new KernelObject(kind, each.path("id").asInt())));
        }
        there.retainAll(objects);
        return there;
    }

    private static JsonNode bpftool(final String option, final String kind) throws IOException {
        return JSON.readTree(Netns.host("bpftool", "-j", option, kind, "show"));
    }
}
