package dev.weir.dataplane;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.table.BpfControlTable;
import dev.weir.dataplane.table.TableSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of pinned maps that belong together: {@code tables-<number>}. The highest number is the
 * current one; older ones serve the links that have not been moved over yet.
 *
 * @param folder of the pins
 * @param number counts up
 * @param fresh made by this process, not finished yet
 */
record Generation(Path folder, int number, boolean fresh) {
    private static final String PREFIX = "tables-";
    private static final String SEED = "seed-";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The newest one if its maps are finished and fit, else a new empty folder beside it. */
    static Generation choose(final Path root, final TableSet tables) {
        final List<Generation> found = all(root);
        final Optional<Generation> newest = found.stream().max(byNumber());
        if (newest.isPresent() && newest.get().fits(tables)) {
            return newest.get();
        }
        final int number = newest.map(Generation::number).orElse(0) + 1;
        final Path folder = root.resolve(PREFIX + number);
        makeFolder(folder);
        // The programs of one generation share one hash, also those that a later agent loads. A
        // bpffs holds no file of ours, but a folder's name; only root reads it.
        makeFolder(folder.resolve(SEED + HexFormat.of().toHexDigits(RANDOM.nextLong())));
        return new Generation(folder, number, true);
    }

    static List<Generation> all(final Path root) {
        final List<Generation> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, PREFIX + "*")) {
            for (final Path folder : folders) {
                final String number = folder.getFileName().toString().substring(PREFIX.length());
                if (number.matches("[0-9]{1,9}")) {
                    found.add(new Generation(folder, Integer.parseInt(number), false));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    static Comparator<Generation> byNumber() {
        return Comparator.comparingInt(Generation::number);
    }

    Path pin(final TableSpec table) {
        return folder.resolve(table.name());
    }

    /** What the programs mix into their hash. */
    long seed() {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, SEED + "*")) {
            for (final Path name : names) {
                return HexFormat.fromHexDigitsToLong(
                        name.getFileName().toString().substring(SEED.length()));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(folder + ": no seed (expected: a folder " + SEED + "*)");
    }

    private boolean fits(final TableSet tables) {
        try {
            for (final Map.Entry<TableSpec, Integer> table : tables.entries().entrySet()) {
                try (BpfMap map = BpfMap.pinned(pin(table.getKey()))) {
                    if (!table.getKey().matches(map, table.getValue())) {
                        return false;
                    }
                }
            }
            seed();
            return finished();
        } catch (final BpfException | IllegalStateException e) {
            return false; // half made: an agent died before it finished
        }
    }

    private boolean finished() {
        try (BpfMap map = BpfMap.pinned(pin(TableSpec.CONTROL));
                MappedMemory memory = MappedMemory.ofArray(map)) {
            return BpfControlTable.abiVersion(memory.view(0, ControlLayout.LENGTH))
                    == ControlLayout.ABI_VERSION;
        }
    }

    void delete() {
        deleteTree(folder);
    }

    /** Removes a folder of pins and all in it. */
    static void deleteTree(final Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeFolder(final Path folder) {
        try {
            Files.createDirectory(folder);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
