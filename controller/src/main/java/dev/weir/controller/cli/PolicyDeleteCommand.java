package dev.weir.controller.cli;

import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentException;
import java.util.ArrayList;
import java.util.List;

/** {@code weir policy delete NAME...} or {@code -f FILE}. */
final class PolicyDeleteCommand extends WeirCommand {
    private final Arg<List<String>> names =
            args.parameters(0, "0..*", "NAME", "Policies of the namespace.");

    private final Arg<List<String>> files =
            args.texts("-f,--filename", "FILE", "Those that this file holds; - for stdin.");

    private final Arg<String> namespace =
            args.text("-n,--namespace", "NAME", "default", "Namespace; else default.");

    private final Arg<Boolean> ignoreNotFound =
            args.flag("--ignore-not-found", "One that is not there is no error.");

    PolicyDeleteCommand() {
        super("delete", "Takes policies away; returns when that is enforced.");
    }

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
        if (names.value().isEmpty() == files.value().isEmpty()) {
            throw usage(
                    "policies: "
                            + (names.value().isEmpty() ? "none" : "both given")
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
                if (e.status() != 404 || !ignoreNotFound.value()) {
                    err().println("weir: " + e.getMessage());
                    exitCode = Cli.FAILED;
                }
            }
        }
        return exitCode;
    }

    private List<Target> targets() {
        final List<Target> targets = new ArrayList<>();
        for (final String name : names.value()) {
            targets.add(Target.policy(namespace.value(), name));
        }
        for (final Manifest manifest : ManifestFiles.read(files.value(), System.in)) {
            targets.add(target(manifest));
        }
        return targets;
    }

    private Target target(final Manifest manifest) {
        final String name = manifest.object().path("metadata").path("name").asText();
        final String kind = manifest.object().path("kind").asText();
        if (!name.isEmpty() && kind.equals("NetworkPolicy")) {
            return Target.policy(
                    PolicyPaths.namespaceOf(manifest.object(), namespace.value()), name);
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
