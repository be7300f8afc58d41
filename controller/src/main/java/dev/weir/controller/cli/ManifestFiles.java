package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Positions;
import dev.weir.controller.document.Positions.Located;
import dev.weir.controller.document.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The objects that {@code -f} names: JSON or YAML, several documents, lists, folders, stdin. */
final class ManifestFiles {
    private ManifestFiles() {}

    /**
     * One object of a file.
     *
     * @param file that holds it
     * @param source file and, where it has several, which one: {@code web.yaml[1]}
     * @param positions where its fields stand in the file
     */
    record Manifest(String file, String source, JsonNode object, Positions positions) {}

    /**
     * Reads all of them before anything is done with one.
     *
     * @param names paths, or {@code -} for {@code stdin}
     * @throws CommandException if one cannot be read, is no JSON or YAML, or is empty
     */
    static List<Manifest> read(final List<String> names, final InputStream stdin) {
        final List<Manifest> manifests = new ArrayList<>();
        names.stream()
                .flatMap(name -> files(name).stream())
                .forEach(file -> manifests.addAll(readOne(file, stdin)));
        return manifests;
    }

    /** The objects of one file, as {@link #files} names them. */
    static List<Manifest> readOne(final String file, final InputStream stdin) {
        final List<Manifest> manifests = new ArrayList<>();
        if (file.equals("-")) {
            add(manifests, "stdin", text("stdin", stdin));
        } else {
            add(manifests, file, text(Path.of(file)));
        }
        return manifests;
    }

    /** The file itself, or those of the folder. */
    static List<String> files(final String name) {
        return name.equals("-") || !Files.isDirectory(Path.of(name))
                ? List.of(name)
                : folder(Path.of(name));
    }

    private static List<String> folder(final Path folder) {
        final List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(ManifestFiles::isManifest).sorted().toList();
        } catch (final IOException e) {
            throw new CommandException(folder + ": " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new CommandException(folder + ": no files (expected: *.yaml, *.yml or *.json)");
        }
        return files.stream().map(Path::toString).toList();
    }

    private static boolean isManifest(final Path file) {
        final String name = file.toString();
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static String text(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return text(file.toString(), in);
        } catch (final NoSuchFileException e) {
            throw new CommandException(file + ": no such file");
        } catch (final IOException e) {
            throw new CommandException(file + ": " + e.getMessage());
        }
    }

    private static String text(final String source, final InputStream in) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readAllBytes())).toString();
        } catch (final CharacterCodingException e) {
            throw new CommandException(source + ": not UTF-8");
        } catch (final IOException e) {
            throw new CommandException(source + ": " + e.getMessage());
        }
    }

    private static void add(
            final List<Manifest> manifests, final String source, final String text) {
        final List<Located> documents = documents(source, text);
        if (documents.isEmpty()) {
            throw new CommandException(source + ": empty (expected: JSON or YAML objects)");
        }
        for (int i = 0; i < documents.size(); i++) {
            final String where = documents.size() == 1 ? source : source + "[" + i + "]";
            final Located document = documents.get(i);
            flatten(manifests, new Manifest(source, where, document.node(), document.positions()));
        }
    }

    private static List<Located> documents(final String source, final String text) {
        final String start = text.stripLeading();
        try {
            return start.startsWith("{") || start.startsWith("[")
                    ? Json.locateAll(text)
                    : Yaml.locateAll(text);
        } catch (final JsonProcessingException e) {
            throw new CommandException(
                    source
                            + ": line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ": "
                            + e.getOriginalMessage());
        } catch (final IOException e) {
            throw new CommandException(source + ": " + e.getMessage());
        }
    }

    private static void flatten(final List<Manifest> manifests, final Manifest manifest) {
        final JsonNode document = manifest.object();
        if (!document.isObject()) {
            throw new CommandException(
                    manifest.source()
                            + ": "
                            + document.getNodeType().name().toLowerCase(Locale.ROOT)
                            + " (expected: an object with kind, metadata and spec)");
        }
        final JsonNode items = document.path("items");
        if (!document.path("kind").asText().endsWith("List") || !items.isArray()) {
            manifests.add(manifest);
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            final String place = "items[" + i + "]";
            flatten(
                    manifests,
                    new Manifest(
                            manifest.file(),
                            manifest.source() + "." + place,
                            items.get(i),
                            manifest.positions().under(place)));
        }
    }
}
