package dev.weir.controller.cli;

import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir policy delete NAME...} or {@code -f FILE}. */
@CommandLine.Command(
        name = "delete",
        description = "Takes policies away; returns when that is enforced.")
final class PolicyDeleteCommand extends WeirCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Policies of the namespace.")
    private List<String> names = List.of();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description = "Those that this file holds; - for stdin.")
    private List<String> files = List.of();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace; else default.")
    private String namespace = "default";

    @Option(names = "--ignore-not-found", description = "One that is not there is no error.")
    private boolean ignoreNotFound;

    private record Target(String namespace, String name) {}

    @Override
    public Integer call() {
        if (names.isEmpty() == files.isEmpty()) {
            throw usage(
                    "policies: "
                            + (names.isEmpty() ? "none" : "both given")
                            + " (expected: names, or -f FILE)");
        }
        int exitCode = Cli.DONE;
        for (final Target target : targets()) {
            try {
                agent().request(
                                "DELETE",
                                PolicyPaths.named(target.namespace(), target.name()),
                                null,
                                null);
                out().println(
                                "networkpolicy/"
                                        + target.namespace()
                                        + "/"
                                        + target.name()
                                        + " deleted");
            } catch (final AgentException e) {
                if (e.status() == 0) {
                    throw e;
                }
                if (e.status() != 404 || !ignoreNotFound) {
                    err().println("weir: " + e.getMessage());
                    exitCode = Cli.FAILED;
                }
            }
        }
        return exitCode;
    }

    private List<Target> targets() {
        final List<Target> targets = new ArrayList<>();
        for (final String name : names) {
            targets.add(new Target(namespace, name));
        }
        for (final Manifest manifest : ManifestFiles.read(files, System.in)) {
            final String name = manifest.object().path("metadata").path("name").asText();
            final String kind = manifest.object().path("kind").asText();
            if (!kind.equals("NetworkPolicy") || name.isEmpty()) {
                throw new CommandException(
                        manifest.source()
                                + ": "
                                + (kind.isEmpty() ? "no kind" : kind)
                                + " "
                                + name
                                + " (expected: a NetworkPolicy with metadata.name)");
            }
            targets.add(new Target(PolicyPaths.namespaceOf(manifest.object(), namespace), name));
        }
        return targets;
    }
}
