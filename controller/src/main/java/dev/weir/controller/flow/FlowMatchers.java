package dev.weir.controller.flow;

import dev.weir.controller.flow.FlowCondition.Field;
import dev.weir.controller.flow.FlowCondition.Matcher;
import dev.weir.controller.flow.FlowRecord.Party;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Verdict;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One filter's value to the test that it stands for. */
final class FlowMatchers {
    private FlowMatchers() {}

    /** The test for {@code field} having {@code value}; {@code parameter} names it in errors. */
    static Matcher of(final String parameter, final Field field, final String value) {
        if (value.isEmpty()) {
            throw new InvalidFlowQueryException(parameter, value, "a value");
        }
        return switch (field) {
            case NAMESPACE -> party(Party::namespace, value);
            case POD -> pod(value);
            case CONTAINER -> party(Party::containerId, value);
            case LABEL -> label(parameter, value);
            case IDENTITY -> party(Party::identity, number(parameter, value, Integer.MAX_VALUE));
            case IP -> ip(parameter, value);
            case PORT -> port(number(parameter, value, 65_535));
            case PROTOCOL -> protocol(parameter, value);
            case VERDICT -> verdict(parameter, value);
            case DIRECTION -> direction(parameter, value);
            case ENDPOINT -> (flow, source) -> value.equals(flow.endpoint());
        };
    }

    private static Party end(final FlowRecord flow, final boolean source) {
        return source ? flow.source() : flow.destination();
    }

    private static <T> Matcher party(final Function<Party, T> field, final T value) {
        return (flow, source) -> Objects.equals(value, field.apply(end(flow, source)));
    }

    /** Either a pod's name or {@code namespace/name}. */
    private static Matcher pod(final String value) {
        final int slash = value.indexOf('/');
        final String name = value.substring(slash + 1);
        final String namespace = slash < 0 ? null : value.substring(0, slash);
        return (flow, source) -> {
            final Party party = end(flow, source);
            return name.equals(party.pod())
                    && (namespace == null || namespace.equals(party.namespace()));
        };
    }

    private static Matcher label(final String parameter, final String value) {
        final LabelExpression expression = LabelExpression.parse(parameter, value);
        return (flow, source) -> {
            final Map<String, String> labels = end(flow, source).labels();
            return labels != null && expression.matches(labels);
        };
    }

    private static Matcher ip(final String parameter, final String value) {
        final IpPrefix prefix;
        try {
            prefix =
                    value.indexOf('/') < 0
                            ? IpPrefix.host(IpAddress.parse(value))
                            : IpPrefix.parse(value);
        } catch (final IllegalArgumentException e) {
            throw new InvalidFlowQueryException(parameter, value, "an address or a CIDR");
        }
        return (flow, source) -> {
            final IpAddress address = source ? flow.ip().source() : flow.ip().destination();
            return address != null && prefix.contains(address);
        };
    }

    private static Matcher port(final int port) {
        return (flow, source) -> {
            final Integer actual = source ? flow.l4().sourcePort() : flow.l4().destinationPort();
            return actual != null && actual == port;
        };
    }

    private static Matcher protocol(final String parameter, final String value) {
        final int number =
                value.matches("\\d{1,9}")
                        ? number(parameter, value, 255)
                        : Protocols.number(value.toUpperCase(Locale.ROOT));
        if (number < 0) {
            throw new InvalidFlowQueryException(
                    parameter, value, "TCP, UDP, SCTP, ICMP, ICMPv6 or a number from 0 to 255");
        }
        final String name = Protocols.name(number);
        return (flow, source) -> flow.l4().protocol().equals(name);
    }

    private static Matcher verdict(final String parameter, final String value) {
        for (final Verdict verdict : Verdict.values()) {
            if (verdict.name().equalsIgnoreCase(value)) {
                return (flow, source) -> flow.verdict() == verdict;
            }
        }
        throw new InvalidFlowQueryException(parameter, value, "allowed, denied or audit");
    }

    private static Matcher direction(final String parameter, final String value) {
        for (final Direction direction : Direction.values()) {
            if (direction.name().equalsIgnoreCase(value)) {
                return (flow, source) -> flow.direction() == direction;
            }
        }
        throw new InvalidFlowQueryException(parameter, value, "ingress or egress");
    }

    private static int number(final String parameter, final String value, final int most) {
        if (value.matches("\\d{1,10}") && Long.parseLong(value) <= most) {
            return Integer.parseInt(value);
        }
        throw new InvalidFlowQueryException(parameter, value, "0-" + most);
    }
}
