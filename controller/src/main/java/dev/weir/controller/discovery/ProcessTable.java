package dev.weir.controller.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code /proc}: processes by network namespace, and what is told of their container. */
final class ProcessTable {
    private static final Pattern NAMESPACE = Pattern.compile("net:\\[([0-9]{1,19})]");
    private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]{1,19})]");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    // Of proc(5)'s fields of stat, those after the name.
    private static final int STAT_PARENT = 1;
    private static final int STAT_START = 19;

    /** Any process of a container tells the same; more are asked where the first has just gone. */
    private static final int MOST_ASKED = 8;

    private final Path proc;

    ProcessTable(final Path proc) {
        this.proc = proc;
    }

    /** Ascending pids by the inode of their network namespace. */
    Map<Long, TreeSet<Integer>> namespaces() throws IOException {
        final Map<Long, TreeSet<Integer>> namespaces = new TreeMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (final Path folder : folders) {
                inode(folder.resolve("ns/net"), NAMESPACE)
                        .ifPresent(
                                inode ->
                                        namespaces
                                                .computeIfAbsent(inode, none -> new TreeSet<>())
                                                .add(
                                                        Integer.valueOf(
                                                                folder.getFileName().toString())));
            }
        }
        return namespaces;
    }

    boolean isIn(final int pid, final long namespace) {
        final OptionalLong inode = inode(namespaceOf(pid), NAMESPACE);
        return inode.isPresent() && inode.getAsLong() == namespace;
    }

    /** Each after its parent, if that is one of them, else in the order in which they began. */
    Set<Integer> parentsFirst(final Set<Integer> pids) {
        final Map<Integer, String[]> stats = new HashMap<>();
        pids.forEach(pid -> stats.put(pid, stat(pid)));
        stats.values().removeIf(stat -> stat.length <= STAT_START);
        final Set<Integer> ordered = new LinkedHashSet<>();
        stats.keySet().stream()
                .sorted(
                        Comparator.comparingLong(
                                        (Integer pid) -> Long.parseLong(stats.get(pid)[STAT_START]))
                                .thenComparing(Comparator.naturalOrder()))
                .forEach(pid -> addAfterParent(pid, stats, ordered));
        return ordered;
    }

    /**
     * The start times are in hundredths of a second: within one, the numbers may be the wrong way.
     */
    private static void addAfterParent(
            final int pid, final Map<Integer, String[]> stats, final Set<Integer> ordered) {
        final Deque<Integer> line = new ArrayDeque<>();
        int next = pid;
        while (stats.containsKey(next) && !ordered.contains(next) && !line.contains(next)) {
            line.push(next);
            next = Integer.parseInt(stats.get(next)[STAT_PARENT]);
        }
        ordered.addAll(line);
    }

    /** What it is called, at most 15 bytes; none of a process that has just gone. */
    byte[] comm(final int pid) {
        try {
            final byte[] line = Files.readAllBytes(folder(pid).resolve("comm"));
            return Arrays.copyOf(line, Math.max(0, line.length - 1)); // without the line's end
        } catch (final IOException e) {
            return new byte[0];
        }
    }

    /** Takes a descriptor that is a socket, and its inode; false: no more of them. */
    @FunctionalInterface
    interface SocketVisitor {
        boolean visit(int fd, long inode);
    }

    /**
     * Shows the sockets among its descriptors, of any kind; none of a process that has just gone.
     */
    void sockets(final int pid, final SocketVisitor visitor) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(folder(pid).resolve("fd"))) {
            for (final Path link : links) {
                final OptionalLong inode = inode(link, SOCKET);
                if (inode.isPresent()
                        && !visitor.visit(
                                Integer.parseInt(link.getFileName().toString()),
                                inode.getAsLong())) {
                    return;
                }
            }
        } catch (final IOException | DirectoryIteratorException e) {
            return;
        }
    }

    /**
     * Whether sockets have classes or priorities by cgroup v1: whoever gets a descriptor of one
     * gives it its own, so that none may be copied.
     */
    boolean hasNetworkClasses() {
        for (final String line : text(proc.resolve("cgroups")).split("\n")) {
            final String[] fields = line.split("\\s+");
            if (fields.length > 2
                    && (fields[0].equals("net_cls") || fields[0].equals("net_prio"))
                    && !fields[1].equals("0")
                    && !fields[2].equals("1")) {
                return true;
            }
        }
        return false;
    }

    /** Paths where namespaces are mounted, as {@code ip netns} and runtimes do, by inode. */
    Map<Long, Path> mounts() throws IOException {
        final Map<Long, Path> mounts = new HashMap<>();
        for (final String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            final String[] fields = line.split(" ");
            final Matcher root = NAMESPACE.matcher(fields.length > 4 ? fields[3] : "");
            if (root.matches()) {
                mounts.putIfAbsent(Long.valueOf(root.group(1)), Path.of(unescaped(fields[4])));
            }
        }
        return mounts;
    }

    /** Where its namespace can be opened. */
    Path namespaceOf(final int pid) {
        return folder(pid).resolve("ns/net");
    }

    /** Who the processes of a namespace are. */
    Owner owner(final TreeSet<Integer> pids) {
        if (pids.isEmpty()) {
            return Owner.NONE;
        }
        String cgroup = "";
        CgroupPath.Container container = new CgroupPath.Container("", "");
        for (final int pid : pids.stream().limit(MOST_ASKED).toList()) {
            final String path = cgroup(pid);
            final Optional<CgroupPath.Container> told = container(pid, path);
            cgroup = cgroup.isEmpty() ? path : cgroup;
            if (told.isPresent()) {
                container = told.get();
                cgroup = path;
                break;
            }
        }
        return new Owner(
                pids.size(),
                pids.stream().limit(Owner.MOST_PIDS).toList(),
                text(folder(pids.first()).resolve("comm")).strip(),
                cgroup,
                container.runtime(),
                container.id());
    }

    private Optional<CgroupPath.Container> container(final int pid, final String cgroup) {
        final Optional<CgroupPath.Container> told = CgroupPath.container(cgroup);
        if (told.isPresent() && !told.get().runtime().isEmpty()) {
            return told;
        }
        // The path of containerd's own tools has no form; its shim says whose it is.
        final Optional<CgroupPath.Container> byShim = shim(pid);
        return told.isEmpty()
                ? byShim
                : Optional.of(
                        new CgroupPath.Container(
                                byShim.map(CgroupPath.Container::runtime).orElse(""),
                                told.get().id()));
    }

    /** Of {@code containerd-shim-runc-v2 -namespace default -id web}, if that is the parent. */
    private Optional<CgroupPath.Container> shim(final int pid) {
        final String[] fields = stat(pid);
        if (fields.length <= STAT_PARENT) {
            return Optional.empty();
        }
        final List<String> command =
                Arrays.asList(
                        text(proc.resolve(fields[STAT_PARENT]).resolve("cmdline")).split("\0"));
        final String program = command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
        final int id = command.indexOf("-id") + 1;
        if (!program.startsWith("containerd-shim") || id == 0 || id == command.size()) {
            return Optional.empty();
        }
        final int namespace = command.indexOf("-namespace") + 1;
        final boolean docker =
                namespace > 0
                        && namespace < command.size()
                        && command.get(namespace).equals("moby");
        return Optional.of(
                new CgroupPath.Container(docker ? "docker" : "containerd", command.get(id)));
    }

    /** The unified hierarchy's; before that the longest, as not each one is used. */
    private String cgroup(final int pid) {
        String longest = "";
        for (final String line : text(folder(pid).resolve("cgroup")).split("\n")) {
            final String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[2].length() > longest.length()) {
                longest = fields[2];
            }
        }
        return longest;
    }

    /** What stands behind its name, which may have spaces. */
    private String[] stat(final int pid) {
        final String stat = text(folder(pid).resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    }

    private Path folder(final int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    /** Empty for a process that has just gone. */
    private static OptionalLong inode(final Path link, final Pattern form) {
        try {
            final Matcher matcher = form.matcher(Files.readSymbolicLink(link).toString());
            return matcher.matches()
                    ? OptionalLong.of(Long.parseLong(matcher.group(1)))
                    : OptionalLong.empty();
        } catch (final IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Empty for a process that has just gone. */
    private static String text(final Path file) {
        try {
            // Other processes' command lines need not be UTF-8.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return "";
        }
    }

    private static String unescaped(final String field) {
        return ESCAPE.matcher(field)
                .replaceAll(
                        octal ->
                                Matcher.quoteReplacement(
                                        Character.toString(Integer.parseInt(octal.group(1), 8))));
    }
}
