package dev.weir.dataplane.attach;

import dev.weir.dataplane.link.KernelLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where links are pinned: {@code links/<ifindex>-<from|to|xdp>}. A bpffs holds no files of ours,
 * but folders: {@code filters/<ifindex>} remembers a clsact filter, {@code qdiscs/<ifindex>} a
 * qdisc that we made.
 */
public final class LinkPins {
    static final String FILTERS = "filters";
    static final String QDISCS = "qdiscs";
    private static final String LINKS = "links";

    private final Path root;

    /** Under a folder on a bpffs. */
    public LinkPins(final Path root) {
        this.root = root;
        for (final String folder : new String[] {LINKS, FILTERS, QDISCS}) {
            make(root.resolve(folder));
        }
    }

    Path path(final int ifIndex, final Hook hook) {
        return root.resolve(LINKS).resolve(ifIndex + "-" + hook.text());
    }

    Optional<KernelLink> open(final int ifIndex, final Hook hook) {
        return KernelLink.pinned(path(ifIndex, hook));
    }

    void remove(final int ifIndex, final Hook hook) {
        delete(path(ifIndex, hook));
    }

    /** Interfaces that have a pinned link. */
    Set<Integer> interfaces() {
        return interfaces(LINKS);
    }

    Set<Integer> interfaces(final String folder) {
        final Set<Integer> found = new TreeSet<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(root.resolve(folder))) {
            for (final Path path : names) {
                final String number = path.getFileName().toString().split("-", 2)[0];
                if (!number.isEmpty() && number.chars().allMatch(Character::isDigit)) {
                    found.add(Integer.parseInt(number));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    boolean remembers(final String folder, final int ifIndex) {
        return Files.isDirectory(mark(folder, ifIndex));
    }

    void remember(final String folder, final int ifIndex) {
        make(mark(folder, ifIndex));
    }

    void forget(final String folder, final int ifIndex) {
        delete(mark(folder, ifIndex));
    }

    private Path mark(final String folder, final int ifIndex) {
        return root.resolve(folder).resolve(Integer.toString(ifIndex));
    }

    private static void make(final Path folder) {
        try {
            Files.createDirectory(folder);
        } catch (final FileAlreadyExistsException e) {
            return; // what was wanted
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(final Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
