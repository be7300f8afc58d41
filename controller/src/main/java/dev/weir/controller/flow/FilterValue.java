package dev.weir.controller.flow;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of one filter, read as what the filter needs; each method refuses with the parameter's
 * name and what was expected.
 */
public record FilterValue(String parameter, String text) {
    private static final Pattern AMOUNT =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([A-Za-zµ]*)");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final int LAST_PORT = 65_535;

    /** From {@code first} to {@code last}, both in it. */
    public record Range(int first, int last) {
        public boolean contains(final int number) {
            return number >= first && number <= last;
        }
    }

    /** What is thrown when the text is not what was expected. */
    public InvalidFlowQueryException refused(final String expected) {
        return new InvalidFlowQueryException(parameter, text, expected);
    }

    /** Its parts between commas. */
    String[] words() {
        return text.split(",", -1);
    }

    /** Digits. */
    public int number(final int most) {
        if (text.matches("\\d{1,10}") && Long.parseLong(text) <= most) {
            return Integer.parseInt(text);
        }
        throw refused("0-" + most);
    }

    /** {@code 80}, {@code 8000-8999}, or several with commas. */
    public List<Range> ports() {
        final List<Range> ranges = new ArrayList<>();
        for (final String word : words()) {
            final Matcher matcher = PORTS.matcher(word);
            final boolean fits = matcher.matches();
            final int first = fits ? Integer.parseInt(matcher.group(1)) : 0;
            final int last =
                    fits && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : first;
            if (!fits || last > LAST_PORT || first > last) {
                throw refused("0-65535, a range such as 8000-8999, or several with commas");
            }
            ranges.add(new Range(first, last));
        }
        return ranges;
    }

    /** Names as records have them. */
    Set<String> protocols() {
        return protocolNumbers().stream().map(Protocols::name).collect(Collectors.toSet());
    }

    /** IANA numbers. */
    public Set<Integer> protocolNumbers() {
        final Set<Integer> numbers = new LinkedHashSet<>();
        for (final String word : words()) {
            final int number =
                    word.matches("\\d{1,3}")
                            ? Integer.parseInt(word)
                            : Protocols.number(word.toUpperCase(Locale.ROOT));
            if (number < 0 || number > 255) {
                throw refused("TCP, UDP, SCTP, ICMP, ICMPv6 or a number from 0 to 255");
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** Constants by the names that records have for them: lower case, dashes. */
    public <E extends Enum<E>> Set<E> anyOf(final Class<E> type) {
        final Set<E> wanted = new LinkedHashSet<>();
        for (final String word : words()) {
            E found = null;
            for (final E constant : type.getEnumConstants()) {
                if (name(constant).equalsIgnoreCase(word)) {
                    found = constant;
                }
            }
            if (found == null) {
                throw refused(names(type));
            }
            wanted.add(found);
        }
        return wanted;
    }

    private static String name(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String names(final Class<? extends Enum<?>> type) {
        final StringJoiner names = new StringJoiner(", ");
        for (final Enum<?> constant : type.getEnumConstants()) {
            names.add(name(constant));
        }
        return names.toString();
    }

    String tcpFlag(final String word) {
        final String flag = word.toUpperCase(Locale.ROOT);
        if (!FlowDescriber.FLAGS.contains(flag)) {
            throw refused("flags with commas, ! for one not seen: " + FlowDescriber.FLAGS);
        }
        return flag;
    }

    /** With a unit or without. */
    public long bytes() {
        return amount("bytes such as 1500, 10k or 1MiB");
    }

    long count() {
        return amount("a number such as 100 or 10k");
    }

    private long amount(final String expected) {
        final Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            throw refused(expected);
        }
        final long unit =
                switch (matcher.group(2)) {
                    case "", "B" -> 1L;
                    case "k", "K", "kB" -> 1_000L;
                    case "M", "MB" -> 1_000_000L;
                    case "G", "GB" -> 1_000_000_000L;
                    case "Ki", "KiB" -> 1L << 10;
                    case "Mi", "MiB" -> 1L << 20;
                    case "Gi", "GiB" -> 1L << 30;
                    default -> throw refused(expected);
                };
        return times(matcher.group(1), unit, expected);
    }

    long nanos() {
        final String expected = "a time such as 500us, 20ms or 1.5s";
        final Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            throw refused(expected);
        }
        final long unit =
                switch (matcher.group(2)) {
                    case "ns" -> 1L;
                    case "us", "µs" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    default -> throw refused(expected);
                };
        return times(matcher.group(1), unit, expected);
    }

    private long times(final String number, final long unit, final String expected) {
        final BigDecimal product = new BigDecimal(number).multiply(BigDecimal.valueOf(unit));
        if (product.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw refused(expected);
        }
        return product.setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
