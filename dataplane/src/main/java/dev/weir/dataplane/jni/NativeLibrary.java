package dev.weir.dataplane.jni;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds {@code libweir.so}: in the folder of the system property {@code weir.lib}; else beside the
 * jar or in {@code lib} beside it or above it; else, in a build tree, beside {@code classes}.
 */
public final class NativeLibrary {
    /** System property that names the folder. */
    public static final String PROPERTY = "weir.lib";

    static final String FILE = "libweir.so";

    private NativeLibrary() {}

    /**
     * Where the library is.
     *
     * @throws IllegalStateException naming every place that was looked at
     */
    public static Path path() {
        final List<Path> places = places();
        for (final Path place : places) {
            if (Files.isRegularFile(place)) {
                return place.toAbsolutePath();
            }
        }
        throw new IllegalStateException(
                FILE + ": not found in " + places + " (expected: -D" + PROPERTY + "=FOLDER)");
    }

    @SuppressWarnings("restricted")
    static void load() {
        System.load(path().toString());
    }

    private static List<Path> places() {
        final String folder = System.getProperty(PROPERTY);
        if (folder != null) {
            return List.of(Path.of(folder, FILE));
        }
        final List<Path> places = new ArrayList<>();
        final Path own = ownPlace();
        if (own != null) {
            final Path beside = own.getParent();
            places.add(beside.resolve(FILE));
            places.add(beside.resolve("lib").resolve(FILE));
            places.add(beside.resolveSibling("lib").resolve(FILE));
        }
        return places;
    }

    private static Path ownPlace() {
        final CodeSource source = NativeLibrary.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : Path.of(source.getLocation().toURI());
        } catch (final URISyntaxException e) {
            throw new IllegalStateException("code source: " + source.getLocation(), e);
        }
    }
}
