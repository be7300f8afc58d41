package dev.weir.controller.flow;

import dev.weir.controller.flow.FlowCondition.Field;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * REST query parameters to a {@link FlowQuery}: {@code first} or {@code last}, {@code since},
 * {@code until} (RFC 3339 or an age such as {@code 5m}), and each {@link Field} by its name, with
 * {@code from-} or {@code to-} before those that a flow has at both ends, and {@code not-} before
 * all of these.
 */
public final class FlowQueryParser {
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private FlowQueryParser() {}

    /** True if {@code name} is a parameter that this class reads. */
    public static boolean knows(final String name) {
        return switch (name) {
            case "first", "last", "since", "until" -> true;
            default -> FilterName.of(name) != null;
        };
    }

    /**
     * Reads the parameters.
     *
     * @throws InvalidFlowQueryException if one is unknown or its value makes no sense
     */
    public static FlowQuery parse(final Map<String, List<String>> parameters, final Clock clock) {
        int first = 0;
        int last = FlowQuery.DEFAULT_LAST;
        Instant since = null;
        Instant until = null;
        final List<FlowCondition> conditions = new ArrayList<>();
        for (final Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            for (final String value : parameter.getValue()) {
                switch (parameter.getKey()) {
                    case "first" -> first = count("first", value);
                    case "last" -> last = count("last", value);
                    case "since" -> since = time("since", value, clock);
                    case "until" -> until = time("until", value, clock);
                    default -> conditions.add(condition(parameter.getKey(), value));
                }
            }
        }
        if (first > 0 && parameters.containsKey("last")) {
            throw new InvalidFlowQueryException(
                    "first", Integer.toString(first), "not together with last");
        }
        if (since != null && until != null && until.isBefore(since)) {
            throw new InvalidFlowQueryException(
                    "until", parameters.get("until").get(0), "a time after since");
        }
        return new FlowQuery(first, last, since, until, conditions);
    }

    private static int count(final String name, final String value) {
        if (value.matches("[1-9]\\d{0,8}")) {
            return Integer.parseInt(value);
        }
        throw new InvalidFlowQueryException(name, value, "1-999999999");
    }

    private static Instant time(final String name, final String value, final Clock clock) {
        final Matcher age = AGE.matcher(value);
        if (age.matches()) {
            final long n = Long.parseLong(age.group(1));
            return clock.instant()
                    .minus(
                            switch (age.group(2)) {
                                case "ms" -> Duration.ofMillis(n);
                                case "s" -> Duration.ofSeconds(n);
                                case "m" -> Duration.ofMinutes(n);
                                case "h" -> Duration.ofHours(n);
                                default -> Duration.ofDays(n);
                            });
        }
        try {
            return Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value));
        } catch (final DateTimeParseException e) {
            throw new InvalidFlowQueryException(
                    name, value, "a time as in RFC 3339, or an age such as 90s, 5m, 2h");
        }
    }

    private static FlowCondition condition(final String parameter, final String value) {
        final FilterName name = FilterName.of(parameter);
        if (name == null) {
            throw new InvalidFlowQueryException(
                    parameter, value, "a parameter that GET /v1/flows knows");
        }
        return new FlowCondition(
                name.field(),
                name.side(),
                FlowMatchers.of(parameter, name.field(), value),
                name.negated());
    }
}
