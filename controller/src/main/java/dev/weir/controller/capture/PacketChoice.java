package dev.weir.controller.capture;

import dev.weir.controller.flow.FilterName;
import dev.weir.controller.flow.FilterValue;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.layout.CaptureLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Filters of packets, gathered into what the kernel is told. */
final class PacketChoice {
    private static final int PROTOCOLS = 256;

    private final Wanted protocols = new Wanted(PROTOCOLS);
    private final Wanted directions = new Wanted(Direction.values().length);
    private final Wanted verdicts = new Wanted(Reason.count());
    private final Wanted reasons = new Wanted(Reason.count());
    private final List<PacketFilter.Address> addresses = new ArrayList<>();
    private final List<PacketFilter.Ports> ports = new ArrayList<>();
    private int snap = CaptureLayout.LONGEST;

    /** Small numbers: those asked for, all of them if nobody asked, without those ruled out. */
    private static final class Wanted {
        private final BitSet named = new BitSet();
        private final BitSet ruledOut = new BitSet();
        private final int size;

        Wanted(final int size) {
            this.size = size;
        }

        BitSet of(final boolean negated) {
            return negated ? ruledOut : named;
        }

        BitSet result() {
            final BitSet result = new BitSet();
            if (named.isEmpty()) {
                result.set(0, size);
            } else {
                result.or(named);
            }
            result.andNot(ruledOut);
            return result;
        }
    }

    void snap(final int bytes) {
        snap = bytes;
    }

    void add(final FilterName name, final FilterValue given) {
        final boolean not = name.negated();
        switch (name.field()) {
            case PROTOCOL -> given.protocolNumbers().forEach(protocols.of(not)::set);
            case DIRECTION ->
                    given.anyOf(Direction.class)
                            .forEach(wanted -> directions.of(not).set(wanted.ordinal()));
            case REASON ->
                    given.anyOf(Reason.class)
                            .forEach(wanted -> reasons.of(not).set(wanted.ordinal()));
            case VERDICT ->
                    given.anyOf(Verdict.class)
                            .forEach(wanted -> verdicts.of(not).or(reasonsOf(wanted)));
            case IP -> address(name, given);
            case PORT -> given.ports().forEach(range -> ports.add(ports(range, name)));
            default ->
                    throw given.refused(
                            "a filter of containers (namespace, pod, container, label, identity,"
                                    + " endpoint) or packets (ip, port, protocol, verdict, direction,"
                                    + " reason)");
        }
        if (addresses.size() > CaptureLayout.TERMS || ports.size() > CaptureLayout.TERMS) {
            throw given.refused("at most " + CaptureLayout.TERMS + " of this kind");
        }
    }

    private static PacketFilter.Ports ports(final FilterValue.Range range, final FilterName name) {
        return new PacketFilter.Ports(range.first(), range.last(), side(name), name.negated());
    }

    private void address(final FilterName name, final FilterValue given) {
        final String text = given.text();
        final IpPrefix prefix;
        try {
            prefix =
                    text.indexOf('/') < 0
                            ? IpPrefix.host(IpAddress.parse(text))
                            : IpPrefix.parse(text);
        } catch (final IllegalArgumentException e) {
            throw given.refused("an address or a CIDR");
        }
        addresses.add(new PacketFilter.Address(prefix, side(name), name.negated()));
    }

    private static PacketFilter.Side side(final FilterName name) {
        return switch (name.side()) {
            case EITHER -> PacketFilter.Side.EITHER;
            case FROM -> PacketFilter.Side.FROM;
            case TO -> PacketFilter.Side.TO;
        };
    }

    private static BitSet reasonsOf(final Verdict verdict) {
        final BitSet reasons = new BitSet();
        for (final Reason reason : Reason.values()) {
            if (Verdicts.of(reason) == verdict) {
                reasons.set(reason.ordinal());
            }
        }
        return reasons;
    }

    PacketFilter filter() {
        final Set<Reason> wanted = EnumSet.noneOf(Reason.class);
        final BitSet both = reasons.result();
        both.and(verdicts.result());
        both.stream().forEach(number -> wanted.add(Reason.of(number)));
        final Set<Direction> ways = EnumSet.noneOf(Direction.class);
        directions.result().stream().forEach(number -> ways.add(Direction.of(number)));
        return new PacketFilter(protocols.result(), wanted, ways, snap, addresses, ports);
    }
}
