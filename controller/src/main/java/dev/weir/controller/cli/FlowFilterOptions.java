package dev.weir.controller.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.function.Predicate;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The filters of {@code weir flows}. Each has the name of the query parameter it becomes; {@code
 * --not} before one turns it into the parameter's {@code not-} form.
 */
final class FlowFilterOptions {
    /** A filter; {@code sided} ones also come with {@code from-} and {@code to-}. */
    private record Filter(
            String name, String letter, boolean sided, String value, String description) {}

    private static final List<Filter> FILTERS =
            List.of(
                    new Filter("namespace", "-n", true, "NAME", "Namespace of either end."),
                    new Filter("pod", null, true, "NAME", "Pod; namespace/name or a name."),
                    new Filter("container", null, true, "ID", "Container id or its start."),
                    new Filter("label", "-l", true, "KEY[=VALUE]", "A label of either end."),
                    new Filter("identity", null, true, "NUMBER", "Identity of either end."),
                    new Filter("name", null, true, "NAME", "Asked of DNS; .test: all below."),
                    new Filter("ip", null, true, "CIDR", "Address or range of either end."),
                    new Filter("process", null, true, "NAME", "Command of either end."),
                    new Filter("pid", null, true, "PID", "Process id, as the host counts."),
                    new Filter("port", null, true, "PORTS", "80, 8000-8999 or 80,443."),
                    new Filter("protocol", null, false, "NAME", "TCP, UDP, ICMP, ... or a number."),
                    new Filter("verdict", null, false, "VERDICT", "allowed, denied or audit."),
                    new Filter("direction", null, false, "DIRECTION", "ingress or egress."),
                    new Filter("endpoint", null, false, "ID", "The endpoint that recorded it."),
                    new Filter("reason", null, false, "REASON", "Why, such as no-rule."),
                    new Filter("policy", null, false, "NAME", "A policy that decided it."),
                    new Filter("state", null, false, "STATE", "TCP: established, closed, ..."),
                    new Filter("close-reason", null, false, "WHY", "fin, timeout, refused, ..."),
                    new Filter("tcp-flags", null, false, "FLAGS", "All seen; SYN,!ACK."),
                    new Filter("min-bytes", null, false, "BYTES", "Both ways; 10k, 1MiB."),
                    new Filter("min-packets", null, false, "N", "Both ways."),
                    new Filter("min-rtt", null, false, "TIME", "Average; 500us, 20ms."),
                    new Filter("community-id", null, false, "ID", "Its Community ID."));

    private FlowFilterOptions() {}

    /** Adds every filter, its hidden negation, and {@code --not}. */
    static void addTo(final CommandSpec spec) {
        addTo(spec, name -> true, name -> true);
    }

    /**
     * The same for those whose names are {@code wanted}, with sides where {@code sided} says so.
     */
    static void addTo(
            final CommandSpec spec, final Predicate<String> wanted, final Predicate<String> sided) {
        for (final Filter filter : FILTERS) {
            if (!wanted.test(filter.name())) {
                continue;
            }
            add(spec, filter, "");
            if (filter.sided() && sided.test(filter.name())) {
                add(spec, filter, "from-");
                add(spec, filter, "to-");
            }
        }
        spec.addOption(
                OptionSpec.builder("--not")
                        .arity("0")
                        .type(boolean[].class)
                        .auxiliaryTypes(boolean.class)
                        .preprocessor(new Negation())
                        .description("Negates the filter that follows it.")
                        .build());
    }

    private static void add(final CommandSpec spec, final Filter filter, final String side) {
        final String name = "--" + side + filter.name();
        final String[] names =
                side.isEmpty() && filter.letter() != null
                        ? new String[] {filter.letter(), name}
                        : new String[] {name};
        final String description =
                switch (side) {
                    case "from-" -> "The same of the end that opened the flow.";
                    case "to-" -> "The same of the end that was asked.";
                    default -> filter.description();
                };
        spec.addOption(option(filter, description, false, names));
        spec.addOption(option(filter, description, true, "--not-" + side + filter.name()));
    }

    private static OptionSpec option(
            final Filter filter,
            final String description,
            final boolean hidden,
            final String... names) {
        return OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(filter.value())
                .description(description)
                .hidden(hidden)
                .build();
    }

    /** What was given, as {@code name=value} pairs of a query. */
    static List<String> query(final ParseResult parsed) {
        final List<String> query = new ArrayList<>();
        for (final OptionSpec option : parsed.matchedOptionsSet()) {
            final String name = option.longestName().substring(2);
            if (isFilter(name)) {
                for (final String value : option.stringValues()) {
                    query.add(name + "=" + WeirCommand.encoded(value));
                }
            }
        }
        return query;
    }

    private static boolean isFilter(final String name) {
        final String sided = name.startsWith("not-") ? name.substring(4) : name;
        final String plain =
                sided.startsWith("from-")
                        ? sided.substring(5)
                        : sided.startsWith("to-") ? sided.substring(3) : sided;
        for (final Filter filter : FILTERS) { // a stream would cost milliseconds of start-up
            if (filter.name().equals(plain)) {
                return true;
            }
        }
        return false;
    }

    /** Turns the option after {@code --not} into its negated twin. */
    private static final class Negation implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
                final Stack<String> args,
                final CommandSpec spec,
                final ArgSpec not,
                final Map<String, Object> info) {
            final String next = args.isEmpty() ? "" : args.pop();
            final boolean letter = next.length() >= 2 && next.charAt(1) != '-';
            final int end = letter ? 2 : next.indexOf('=') < 0 ? next.length() : next.indexOf('=');
            final OptionSpec option =
                    next.startsWith("-") ? spec.findOption(next.substring(0, end)) : null;
            final String name = option == null ? "" : option.longestName().substring(2);
            if (!isFilter(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--not: " + next + " (expected: a filter such as --pod NAME)");
            }
            final String value = next.substring(end);
            if (letter && !value.isEmpty()) {
                args.push(value.startsWith("=") ? value.substring(1) : value);
            }
            args.push("--not-" + name + (letter ? "" : value));
            return false;
        }
    }
}
