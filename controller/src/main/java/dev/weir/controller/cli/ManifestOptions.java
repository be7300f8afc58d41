package dev.weir.controller.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** {@code -f} and the namespace of objects that name none. */
final class ManifestOptions {
    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "JSON or YAML, a folder of such files, or - for stdin; may repeat.")
    private List<String> files;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace of policies that name none; else default.")
    private String namespace = "default";

    List<ManifestFiles.Manifest> read() {
        return ManifestFiles.read(files, System.in);
    }

    List<String> names() {
        return files;
    }

    String namespace() {
        return namespace;
    }
}
