package dev.weir.controller.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Tells picocli what a command can be given. By calls: to read it from annotations took a fifth of
 * a command's time. Names are as in {@code "-n,--namespace"}.
 */
final class Args {
    private final CommandSpec command;

    Args(final CommandSpec command) {
        this.command = command;
    }

    /** There or not. */
    Arg<Boolean> flag(final String names, final String description) {
        return add(option(names).type(boolean.class).initialValue(false).description(description));
    }

    /** A word; null otherwise. */
    Arg<String> text(final String names, final String label, final String description) {
        return text(names, label, null, description);
    }

    Arg<String> text(
            final String names,
            final String label,
            final String otherwise,
            final String description) {
        return add(
                option(names)
                        .type(String.class)
                        .initialValue(otherwise)
                        .paramLabel(label)
                        .description(description));
    }

    /** A word that has to be given. */
    Arg<String> required(final String names, final String label, final String description) {
        return add(
                option(names)
                        .type(String.class)
                        .required(true)
                        .paramLabel(label)
                        .description(description));
    }

    /** Words, for it may be given more than once; none otherwise. */
    Arg<List<String>> texts(final String names, final String label, final String description) {
        return add(texts(names).paramLabel(label).description(description));
    }

    /** The same, to be told more of. */
    static OptionSpec.Builder texts(final String names) {
        return option(names).type(List.class).auxiliaryTypes(String.class).initialValue(List.of());
    }

    /** A whole number; {@code otherwise} may be null. */
    Arg<Integer> number(
            final String names,
            final String label,
            final Integer otherwise,
            final String description) {
        return add(
                option(names)
                        .type(Integer.class)
                        .initialValue(otherwise)
                        .paramLabel(label)
                        .description(description));
    }

    /** One of an enum's values, as {@code toString} writes them. */
    <E extends Enum<E>> Arg<E> choice(
            final String names, final String label, final E otherwise, final String description) {
        final Class<E> type = otherwise.getDeclaringClass();
        return add(
                option(names)
                        .type(type)
                        .converters(new Choice<>(type))
                        .initialValue(otherwise)
                        .paramLabel(label)
                        .description(description));
    }

    /** An option of which all is still to be told. */
    static OptionSpec.Builder option(final String names) {
        return OptionSpec.builder(names.split(","));
    }

    /** The word at {@code index}. */
    Arg<String> parameter(final int index, final String label, final String description) {
        return add(
                parameter(Integer.toString(index), label, description)
                        .type(String.class)
                        .required(true));
    }

    /** The words from {@code index} on, as many as {@code arity} says; none otherwise. */
    Arg<List<String>> parameters(
            final int index, final String arity, final String label, final String description) {
        return add(
                parameter(index + "..*", label, description)
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity(arity)
                        .required(!arity.startsWith("0"))
                        .initialValue(List.of()));
    }

    /** A parameter of which more is to be told. */
    static PositionalParamSpec.Builder parameter(
            final String index, final String label, final String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .description(description);
    }

    /** The caller's type has to be what picocli makes of it. */
    <T> Arg<T> add(final OptionSpec.Builder option) {
        return add(option.build());
    }

    /** The same. */
    <T> Arg<T> add(final PositionalParamSpec.Builder parameter) {
        return add(parameter.build());
    }

    private <T> Arg<T> add(final ArgSpec spec) {
        command.add(spec);
        return new Arg<>(spec);
    }
}
