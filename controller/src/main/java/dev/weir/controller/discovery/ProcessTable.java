package dev.weir.controller.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code /proc}: processes by network namespace, and what is told of their container. */
final class ProcessTable {
    private static final Pattern NAMESPACE = Pattern.compile("net:\\[([0-9]{1,19})]");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

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
                inode(folder.resolve("ns/net"))
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
        final String stat = text(folder(pid).resolve("stat"));
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length < 2) {
            return Optional.empty();
        }
        final List<String> command =
                Arrays.asList(text(proc.resolve(fields[1]).resolve("cmdline")).split("\0"));
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

    private Path folder(final int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    /** Empty for a process that has just gone. */
    private static OptionalLong inode(final Path link) {
        try {
            final Matcher matcher = NAMESPACE.matcher(Files.readSymbolicLink(link).toString());
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
