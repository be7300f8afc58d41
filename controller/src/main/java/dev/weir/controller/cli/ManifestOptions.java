package dev.weir.controller.cli;

import java.util.List;

/** {@code -f} and the namespace of objects that name none. */
final class ManifestOptions {
    private final Arg<List<String>> files;

    private final Arg<String> namespace;

    /** Adds them to a command's. */
    ManifestOptions(final Args args) {
        files =
                args.add(
                        Args.texts("-f,--filename")
                                .required(true)
                                .paramLabel("FILE")
                                .description(
                                        "JSON or YAML, a folder of such files, or - for stdin; may repeat."));
        namespace =
                args.text(
                        "-n,--namespace",
                        "NAME",
                        "default",
                        "Namespace of policies that name none; else default.");
    }

    List<ManifestFiles.Manifest> read() {
        return ManifestFiles.read(files.value(), System.in);
    }

    List<String> names() {
        return files.value();
    }

    String namespace() {
        return namespace.value();
    }
}
