package dev.weir.controller.cli;

import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Which commands there are. Only the one that the words ask for is made, for each costs start-up
 * time; all are when help, completion or a mistake needs them.
 */
final class CommandTree {
    private static final List<String> TOP =
            List.of(
                    "status",
                    "endpoint",
                    "policy",
                    "namespace",
                    "flows",
                    "stats",
                    "top",
                    "capture",
                    "agent",
                    "version",
                    "conflist",
                    "generate-completion");

    private CommandTree() {}

    /** The root command with what {@code args} need below it. */
    static CommandLine of(final String... args) {
        final CommandSpec root =
                group("weir", "Gates and measures the traffic of every container on this host.");
        final String first = args.length > 0 ? args[0] : "";
        final boolean all = !TOP.contains(first) || first.equals("generate-completion");
        for (final String name : TOP) {
            if (all || name.equals(first)) {
                root.addSubcommand(name, command(name, all || args.length < 2 ? "" : args[1]));
            }
        }
        return new CommandLine(root);
    }

    private static CommandSpec command(final String name, final String next) {
        return switch (name) {
            case "status" -> new StatusCommand().spec();
            case "endpoint" -> group(name, "Containers' interfaces.", endpointNames(), next);
            case "policy" -> group(name, "Network policies.", policyNames(), next);
            case "namespace" ->
                    group(name, "Namespaces and their labels.", List.of("namespace label"), next);
            case "flows" -> new FlowsCommand().spec();
            case "stats" -> new StatsCommand().spec();
            case "top" -> new TopCommand().spec();
            case "capture" -> new CaptureCommand().spec();
            case "agent" -> new AgentCommand().spec();
            case "version" -> new VersionCommand().spec();
            case "conflist" -> new ConflistCommand().spec();
            case "generate-completion" -> new CompletionCommand().spec();
            default -> leaf(name);
        };
    }

    private static List<String> endpointNames() {
        return List.of(
                "endpoint list",
                "endpoint get",
                "endpoint label",
                "endpoint attach",
                "endpoint detach");
    }

    private static List<String> policyNames() {
        return List.of(
                "policy apply", "policy get", "policy delete", "policy validate", "policy test");
    }

    private static CommandSpec leaf(final String path) {
        return switch (path) {
            case "endpoint list" -> new EndpointListCommand().spec();
            case "endpoint get" -> new EndpointGetCommand().spec();
            case "endpoint label" -> new EndpointLabelCommand().spec();
            case "endpoint attach" -> new EndpointAttachCommand().spec();
            case "endpoint detach" -> new EndpointDetachCommand().spec();
            case "policy apply" -> new PolicyApplyCommand().spec();
            case "policy get" -> new PolicyGetCommand().spec();
            case "policy delete" -> new PolicyDeleteCommand().spec();
            case "policy validate" -> new PolicyValidateCommand().spec();
            case "policy test" -> new PolicyTestCommand().spec();
            case "namespace label" -> new NamespaceLabelCommand().spec();
            default -> throw new IllegalArgumentException("command: " + path);
        };
    }

    private static CommandSpec group(
            final String name,
            final String description,
            final List<String> members,
            final String next) {
        final CommandSpec group = group(name, description);
        final boolean all = !members.contains(name + " " + next);
        for (final String member : members) {
            final String word = member.substring(name.length() + 1);
            if (all || word.equals(next)) {
                group.addSubcommand(word, leaf(member));
            }
        }
        return group;
    }

    /** A command that only has others below it. */
    private static CommandSpec group(final String name, final String description) {
        final Group asked = new Group();
        final CommandSpec spec = CommandSpec.wrapWithoutInspection(asked).name(name);
        asked.spec = spec;
        spec.usageMessage().description(description).synopsisSubcommandLabel("COMMAND");
        WeirCommand.addHelp(spec);
        return spec;
    }

    /** Runs when the command below is missing. */
    private static final class Group implements Runnable {
        private CommandSpec spec;

        @Override
        public void run() {
            final StringJoiner names = new StringJoiner(", ");
            for (final CommandLine each : spec.subcommands().values()) {
                if (!each.getCommandSpec().usageMessage().hidden()) {
                    names.add(each.getCommandName());
                }
            }
            throw new ParameterException(
                    spec.commandLine(), "command: missing (expected: " + names + ")");
        }
    }
}
