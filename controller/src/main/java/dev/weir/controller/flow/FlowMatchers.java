package dev.weir.controller.flow;

import dev.weir.controller.flow.FlowCondition.Field;
import dev.weir.controller.flow.FlowCondition.Matcher;
import dev.weir.controller.flow.FlowRecord.CloseReason;
import dev.weir.controller.flow.FlowRecord.Party;
import dev.weir.controller.flow.FlowRecord.PolicyMatch;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** One filter's value to the test that it stands for. */
final class FlowMatchers {
    private FlowMatchers() {}

    /** The test for {@code field} having {@code value}; {@code parameter} names it in errors. */
    static Matcher of(final String parameter, final Field field, final String value) {
        if (value.isEmpty()) {
            throw new InvalidFlowQueryException(parameter, value, "a value");
        }
        final FilterValue given = new FilterValue(parameter, value);
        return switch (field) {
            case NAMESPACE -> party(Party::namespace, value);
            case POD -> pod(value);
            case CONTAINER -> container(value);
            case LABEL -> label(parameter, value);
            case IDENTITY -> party(Party::identity, given.number(Integer.MAX_VALUE));
            case NAME -> name(value);
            case IP -> ip(parameter, value);
            case PROCESS -> process(FlowProcess::comm, value);
            case PID -> process(FlowProcess::pid, given.number(Integer.MAX_VALUE));
            case PORT -> port(given);
            case PROTOCOL -> protocol(given);
            case VERDICT -> oneOf(FlowRecord::verdict, given.anyOf(Verdict.class));
            case DIRECTION -> oneOf(FlowRecord::direction, given.anyOf(Direction.class));
            case ENDPOINT -> (flow, source) -> value.equals(flow.endpoint());
            case REASON -> oneOf(FlowRecord::reason, given.anyOf(Reason.class));
            case POLICY -> policy(value);
            case STATE -> state(given);
            case CLOSE_REASON -> oneOf(FlowRecord::closeReason, given.anyOf(CloseReason.class));
            case TCP_FLAGS -> tcpFlags(given);
            case MIN_BYTES -> atLeast(flow -> flow.bytes() + flow.replyBytes(), given.bytes());
            case MIN_PACKETS ->
                    atLeast(flow -> flow.packets() + flow.replyPackets(), given.count());
            case MIN_RTT -> atLeast(FlowMatchers::rtt, given.nanos());
            case COMMUNITY_ID -> (flow, source) -> value.equals(flow.communityId());
        };
    }

    private static Party end(final FlowRecord flow, final boolean source) {
        return source ? flow.source() : flow.destination();
    }

    private static <T> Matcher party(final Function<Party, T> field, final T value) {
        return (flow, source) -> Objects.equals(value, field.apply(end(flow, source)));
    }

    private static <T> Matcher process(final Function<FlowProcess, T> field, final T value) {
        return (flow, source) -> {
            final FlowProcess process = end(flow, source).process();
            return process != null && value.equals(field.apply(process));
        };
    }

    private static Matcher container(final String start) {
        return (flow, source) -> {
            final String id = end(flow, source).containerId();
            return id != null && id.startsWith(start);
        };
    }

    private static <T> Matcher oneOf(final Function<FlowRecord, T> field, final Set<T> wanted) {
        return (flow, source) -> {
            final T actual = field.apply(flow);
            return actual != null && wanted.contains(actual);
        };
    }

    private static Matcher atLeast(final ToLongFunction<FlowRecord> field, final long least) {
        return (flow, source) -> field.applyAsLong(flow) >= least;
    }

    /** Average over the life; before the first sample the network's share of the handshake. */
    private static long rtt(final FlowRecord flow) {
        if (flow.tcp() == null) {
            return -1;
        }
        if (flow.tcp().rttNanos() != null) {
            return flow.tcp().rttNanos().avg();
        }
        final Long handshake = flow.tcp().handshakeNetworkNanos();
        return handshake == null ? -1 : handshake;
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

    /** A name asked of DNS, or with a dot in front all that end in it. */
    private static Matcher name(final String value) {
        final String wanted = value.toLowerCase(Locale.ROOT);
        return (flow, source) -> {
            final List<String> names = end(flow, source).names();
            return names != null
                    && names.stream()
                            .anyMatch(
                                    name ->
                                            wanted.startsWith(".")
                                                    ? name.endsWith(wanted)
                                                    : name.equals(wanted));
        };
    }

    private static Matcher policy(final String value) {
        final int slash = value.indexOf('/');
        final String name = value.substring(slash + 1);
        final String namespace = slash < 0 ? null : value.substring(0, slash);
        return (flow, source) -> {
            if (flow.policy() == null) {
                return false;
            }
            for (final PolicyMatch match : flow.policy()) {
                if (name.equals(match.name())
                        && (namespace == null || namespace.equals(match.namespace()))) {
                    return true;
                }
            }
            return false;
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

    private static Matcher port(final FilterValue given) {
        final List<FilterValue.Range> ranges = given.ports();
        return (flow, source) -> {
            final Integer actual = source ? flow.l4().sourcePort() : flow.l4().destinationPort();
            return actual != null && ranges.stream().anyMatch(range -> range.contains(actual));
        };
    }

    private static Matcher protocol(final FilterValue given) {
        final Set<String> names = given.protocols();
        return (flow, source) -> names.contains(flow.l4().protocol());
    }

    private static Matcher state(final FilterValue given) {
        final Set<String> names =
                given.anyOf(TcpState.class).stream()
                        .map(TcpState::text)
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
        return (flow, source) -> flow.tcp() != null && names.contains(flow.tcp().state());
    }

    /** All of the flags were seen, and none of those with an exclamation mark. */
    private static Matcher tcpFlags(final FilterValue given) {
        final List<String> seen = new ArrayList<>();
        final List<String> unseen = new ArrayList<>();
        for (final String word : given.words()) {
            final String flag = word.substring(word.startsWith("!") ? 1 : 0);
            (word.startsWith("!") ? unseen : seen).add(given.tcpFlag(flag));
        }
        return (flow, source) ->
                flow.tcp() != null
                        && flow.tcp().flags().containsAll(seen)
                        && unseen.stream().noneMatch(flow.tcp().flags()::contains);
    }
}
