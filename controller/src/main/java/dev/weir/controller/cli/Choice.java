package dev.weir.controller.cli;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a word as one of an enum's values, as their {@code toString} writes them. */
final class Choice<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    Choice(final Class<E> type) {
        this.type = type;
    }

    @Override
    public E convert(final String word) {
        for (final E value : type.getEnumConstants()) {
            if (value.toString().equals(word)) {
                return value;
            }
        }
        final String all = Arrays.toString(type.getEnumConstants());
        throw new TypeConversionException(
                word + " (expected: " + all.substring(1, all.length() - 1) + ")");
    }
}
