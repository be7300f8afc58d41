package dev.weir.controller.app;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a setting may be, and how its text is read.
 *
 * @param expected for the error message
 * @param parse text to value; throws IllegalArgumentException where it is none
 */
record SettingType(String expected, Function<String, Object> parse) {
    static final SettingType TEXT = new SettingType("text", text -> text);

    static final SettingType PATH = new SettingType("an absolute path", SettingType::absolutePath);

    /** None, one or several; a list in the file. */
    static final SettingType PATHS =
            new SettingType("absolute paths, separated by commas", SettingType::absolutePaths);

    static final SettingType DURATION =
            new SettingType(
                    "a positive number with ms, s, m or h, as in 30s", SettingType::duration);

    static final SettingType BYTES =
            new SettingType(
                    "a positive number with B, KiB, MiB or GiB, as in 4MiB", SettingType::bytes);

    static final SettingType ADDRESS =
            new SettingType("host:port, as in 127.0.0.1:9443 or [::1]:9443", SettingType::address);

    /** No more than that; {@code none} is read as 0. */
    static final SettingType BYTES_OR_NONE =
            new SettingType(
                    "none or " + BYTES.expected(),
                    text -> "none".equals(text) ? (Object) 0L : bytes(text));

    static final SettingType URL =
            new SettingType(
                    "http:// or https:// with a host, as in http://127.0.0.1:4318",
                    SettingType::url);

    private static final Pattern DURATION_FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern BYTES_FORM = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)");
    private static final Pattern ADDRESS_FORM =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+):([0-9]{1,5})");

    static SettingType choice(final String... values) {
        final List<String> allowed = List.of(values);
        return new SettingType(
                "one of " + String.join(", ", allowed),
                text -> {
                    require(allowed.contains(text));
                    return text;
                });
    }

    static SettingType number(final int min, final int max) {
        return new SettingType(
                "a whole number from " + min + " to " + max,
                text -> {
                    final int value = Integer.parseInt(text);
                    require(value >= min && value <= max);
                    return value;
                });
    }

    /** A percentage of one core; {@code none} is read as 0. */
    static SettingType percentOrNone(final int max) {
        final SettingType number = number(1, max);
        return new SettingType(
                "none or " + number.expected(),
                text -> "none".equals(text) ? (Object) 0 : number.parse().apply(text));
    }

    /** The word {@code auto} is read as the given value. */
    static SettingType numberOrAuto(final int min, final int max, final int auto) {
        final SettingType number = number(min, max);
        return new SettingType(
                "auto or " + number.expected(),
                text -> "auto".equals(text) ? (Object) auto : number.parse().apply(text));
    }

    private static Object absolutePath(final String text) {
        try {
            final Path path = Path.of(text);
            require(text.isEmpty() || path.isAbsolute());
            return path;
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Object absolutePaths(final String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(SettingType::absolutePath)
                .toList();
    }

    private static Object duration(final String text) {
        final Matcher form = DURATION_FORM.matcher(text);
        require(form.matches());
        final long amount = Long.parseLong(form.group(1));
        require(amount > 0);
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static Object bytes(final String text) {
        final Matcher form = BYTES_FORM.matcher(text);
        require(form.matches());
        final long amount = Long.parseLong(form.group(1));
        require(amount > 0);
        return switch (form.group(2)) {
            case "B" -> amount;
            case "KiB" -> amount << 10;
            case "MiB" -> amount << 20;
            default -> amount << 30;
        };
    }

    private static Object address(final String text) {
        if (text.isEmpty()) {
            return text;
        }
        final Matcher form = ADDRESS_FORM.matcher(text);
        require(form.matches());
        final int port = Integer.parseInt(form.group(2));
        require(port <= 65_535);
        return new InetSocketAddress(form.group(1).replaceAll("[\\[\\]]", ""), port);
    }

    private static Object url(final String text) {
        if (text.isEmpty()) {
            return text;
        }
        final URI url = URI.create(text);
        require("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
        require(url.getHost() != null && url.getQuery() == null && url.getFragment() == null);
        return url;
    }

    private static void require(final boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException();
        }
    }
}
