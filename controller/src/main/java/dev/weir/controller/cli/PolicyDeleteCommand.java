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

    private record Target(String shown, String path) {
        static Target policy(final String namespace, final String name) {
            return new Target(
                    "networkpolicy/" + namespace + "/" + name, PolicyPaths.named(namespace, name));
        }

        static Target clusterPolicy(final String name) {
            return new Target(
                    "clusternetworkpolicy/" + name,
                    PolicyPaths.clusterPolicies() + "/" + encoded(name));
        }

        static Target namespace(final String name) {
            return new Target("namespace/" + name, PolicyPaths.namespaces() + "/" + encoded(name));
        }
    }

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
                agent().request("DELETE", target.path(), null, null);
                out().println(target.shown() + " deleted");
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
            targets.add(Target.policy(namespace, name));
        }
        for (final Manifest manifest : ManifestFiles.read(files, System.in)) {
            targets.add(target(manifest));
        }
        return targets;
    }

    private Target target(final Manifest manifest) {
        final String name = manifest.object().path("metadata").path("name").asText();
        final String kind = manifest.object().path("kind").asText();
        if (!name.isEmpty() && kind.equals("NetworkPolicy")) {
            return Target.policy(PolicyPaths.namespaceOf(manifest.object(), namespace), name);
        }
        if (!name.isEmpty() && kind.equals("ClusterNetworkPolicy")) {
            return Target.clusterPolicy(name);
        }
        if (!name.isEmpty() && kind.equals("Namespace")) {
            return Target.namespace(name);
        }
        throw new CommandException(
                manifest.source()
                        + ": "
                        + (kind.isEmpty() ? "no kind" : kind)
                        + " "
                        + name
                        + " (expected: a NetworkPolicy, ClusterNetworkPolicy or Namespace with"
                        + " metadata.name)");
    }
}
