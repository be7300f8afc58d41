package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
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
import java.util.stream.Stream;

/** The objects that {@code -f} names: JSON or YAML, several documents, lists, folders, stdin. */
final class ManifestFiles {
    private ManifestFiles() {}

    /**
     * One object of a file.
     *
     * @param source file and, where it has several, which one: {@code web.yaml[1]}
     */
    record Manifest(String source, JsonNode object) {}

    /**
     * Reads all of them before anything is done with one.
     *
     * @param names paths, or {@code -} for {@code stdin}
     * @throws CommandException if one cannot be read, is no JSON or YAML, or is empty
     */
    static List<Manifest> read(final List<String> names, final InputStream stdin) {
        final List<Manifest> manifests = new ArrayList<>();
        for (final String name : names) {
            if (name.equals("-")) {
                add(manifests, "stdin", text("stdin", stdin));
            } else if (Files.isDirectory(Path.of(name))) {
                folder(manifests, Path.of(name));
            } else {
                add(manifests, name, text(Path.of(name)));
            }
        }
        return manifests;
    }

    private static void folder(final List<Manifest> manifests, final Path folder) {
        final List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(ManifestFiles::isManifest).sorted().toList();
        } catch (final IOException e) {
            throw new CommandException(folder + ": " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new CommandException(folder + ": no files (expected: *.yaml, *.yml or *.json)");
        }
        for (final Path file : files) {
            add(manifests, file.toString(), text(file));
        }
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
        final List<JsonNode> documents = documents(source, text);
        if (documents.isEmpty()) {
            throw new CommandException(source + ": empty (expected: JSON or YAML objects)");
        }
        for (int i = 0; i < documents.size(); i++) {
            final String where = documents.size() == 1 ? source : source + "[" + i + "]";
            flatten(manifests, where, documents.get(i));
        }
    }

    private static List<JsonNode> documents(final String source, final String text) {
        final String start = text.stripLeading();
        try {
            return start.startsWith("{") || start.startsWith("[")
                    ? Json.readAll(text)
                    : Yaml.readAll(text);
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

    private static void flatten(
            final List<Manifest> manifests, final String source, final JsonNode document) {
        if (!document.isObject()) {
            throw new CommandException(
                    source
                            + ": "
                            + document.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                            + " (expected: an object with kind, metadata and spec)");
        }
        final JsonNode items = document.path("items");
        if (!document.path("kind").asText().endsWith("List") || !items.isArray()) {
            manifests.add(new Manifest(source, document));
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            flatten(manifests, source + ".items[" + i + "]", items.get(i));
        }
    }
}
