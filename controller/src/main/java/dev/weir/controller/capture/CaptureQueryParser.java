package dev.weir.controller.capture;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FilterName;
import dev.weir.controller.flow.FilterValue;
import dev.weir.controller.flow.FlowCondition.Side;
import dev.weir.controller.flow.InvalidFlowQueryException;
import dev.weir.controller.flow.LabelExpression;
import dev.weir.dataplane.layout.CaptureLayout;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Query parameters to a {@link CaptureQuery}. Filters are those of flows, as far as a single packet
 * can answer them: what names a container chooses whose packets are captured, all else is asked of
 * each packet. From and to are the packet's sender and receiver.
 */
public final class CaptureQueryParser {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h)");
    private static final long MOST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long MOST_BYTES = 10L << 30;
    private static final int MOST_PACKETS = 999_999_999;

    private final ContainerChoice containers = new ContainerChoice();
    private final PacketChoice packets = new PacketChoice();
    private final StringJoiner text = new StringJoiner(" ");
    private int count = MOST_PACKETS;
    private long bytes = 100L << 20;
    private long nanos = TimeUnit.SECONDS.toNanos(60);

    private CaptureQueryParser() {}

    /**
     * Reads the parameters.
     *
     * @throws InvalidFlowQueryException if one is unknown or its value makes no sense
     */
    public static CaptureQuery parse(final Map<String, List<String>> parameters) {
        final CaptureQueryParser parser = new CaptureQueryParser();
        parameters.forEach((name, values) -> values.forEach(value -> parser.take(name, value)));
        return new CaptureQuery(
                parser.containers,
                parser.packets.filter(),
                parser.text.toString(),
                parser.count,
                parser.bytes,
                parser.nanos);
    }

    private void take(final String name, final String value) {
        final FilterValue given = new FilterValue(name, value);
        switch (name) {
            case "packets" -> count = atLeastOne(given, MOST_PACKETS);
            case "snaplen" -> packets.snap(atLeastOne(given, CaptureLayout.LONGEST));
            case "size" -> bytes = size(given);
            case "duration" -> nanos = duration(given);
            default -> filter(given);
        }
    }

    private static int atLeastOne(final FilterValue given, final int most) {
        final int number = given.number(most);
        if (number < 1) {
            throw given.refused("1-" + most);
        }
        return number;
    }

    private static long size(final FilterValue given) {
        final long size = given.bytes();
        if (size < 1 || size > MOST_BYTES) {
            throw given.refused("1-10GiB");
        }
        return size;
    }

    private static long duration(final FilterValue given) {
        final Matcher matcher = DURATION.matcher(given.text());
        if (!matcher.matches()) {
            throw given.refused("a time such as 500ms, 10s or 5m");
        }
        final long n = Long.parseLong(matcher.group(1));
        final long nanos =
                switch (matcher.group(2)) {
                    case "ms" -> TimeUnit.MILLISECONDS.toNanos(n);
                    case "s" -> TimeUnit.SECONDS.toNanos(n);
                    case "m" -> TimeUnit.MINUTES.toNanos(n);
                    default -> TimeUnit.HOURS.toNanos(n);
                };
        if (nanos < 1 || nanos > MOST_NANOS) {
            throw given.refused("1ms-1h");
        }
        return nanos;
    }

    private void filter(final FilterValue given) {
        final FilterName name = FilterName.of(given.parameter());
        if (name == null) {
            throw given.refused("a parameter that GET /v1/capture knows");
        }
        if (given.text().isEmpty()) {
            throw given.refused("a value");
        }
        final Predicate<Endpoint> container = container(name, given);
        if (container == null) {
            packets.add(name, given);
        } else if (name.side() == Side.EITHER) {
            containers.add(name.field(), name.negated(), container);
        } else {
            throw given.refused("without from- or to-: the container whose packets to capture");
        }
        text.add(given.parameter() + "=" + given.text());
    }

    /** Null for a filter that is not about the container. */
    private static Predicate<Endpoint> container(final FilterName name, final FilterValue given) {
        final String value = given.text();
        return switch (name.field()) {
            case NAMESPACE -> endpoint -> value.equals(endpoint.namespace());
            case POD ->
                    endpoint ->
                            value.equals(endpoint.pod())
                                    || value.equals(endpoint.namespace() + "/" + endpoint.pod());
            case CONTAINER -> endpoint -> endpoint.containerId().startsWith(value);
            case ENDPOINT -> endpoint -> value.equals(endpoint.id());
            case IDENTITY -> {
                final int identity = given.number(Integer.MAX_VALUE);
                yield endpoint -> endpoint.identity() == identity;
            }
            case LABEL -> {
                final LabelExpression label = LabelExpression.parse(given.parameter(), value);
                yield endpoint -> label.matches(endpoint.labels());
            }
            default -> null;
        };
    }
}
