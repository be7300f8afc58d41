package dev.weir.dataplane.verdict;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.PolicyRow;
import dev.weir.dataplane.testkit.Packets;

/**
 * One row of a policy, in the words of a test: {@code
 * Rule.allow(INGRESS).peer(WEB).tcp(80).as(42)}.
 *
 * @param direction in which the connection is opened, as seen from the container
 * @param audited the row is for what audited policies would do: it enforces nothing
 * @param verdict what the row says
 * @param identity of the peer, 0 = any
 * @param protocol IANA number, 0 = any
 * @param port destination port, masked
 * @param prefixLength bits of the port that count, 0 = any port
 * @param number that packets are counted for
 * @param precedence the smallest decides
 */
public record Rule(
        Direction direction,
        boolean audited,
        RowVerdict verdict,
        int identity,
        int protocol,
        int port,
        int prefixLength,
        int number,
        int precedence) {
    private static final int DEFAULT_PRECEDENCE = 1000;

    public static Rule allow(final Direction direction) {
        return of(direction, RowVerdict.ALLOW);
    }

    public static Rule deny(final Direction direction) {
        return of(direction, RowVerdict.DENY);
    }

    public static Rule audit(final Direction direction) {
        return of(direction, RowVerdict.DENY).audited(true);
    }

    private static Rule of(final Direction direction, final RowVerdict verdict) {
        return new Rule(direction, false, verdict, 0, 0, 0, 0, 1, DEFAULT_PRECEDENCE);
    }

    public Rule peer(final int other) {
        return new Rule(
                direction,
                audited,
                verdict,
                other,
                protocol,
                port,
                prefixLength,
                number,
                precedence);
    }

    public Rule tcp(final int other) {
        return protocol(Packets.TCP).ports(other, 16);
    }

    public Rule udp(final int other) {
        return protocol(Packets.UDP).ports(other, 16);
    }

    public Rule sctp(final int other) {
        return protocol(Packets.SCTP).ports(other, 16);
    }

    /** Any port of one protocol. */
    public Rule protocol(final int other) {
        return new Rule(
                direction,
                audited,
                verdict,
                identity,
                other,
                port,
                prefixLength,
                number,
                precedence);
    }

    /** The ports that share the first {@code length} bits of {@code first}. */
    public Rule ports(final int first, final int length) {
        return new Rule(
                direction, audited, verdict, identity, protocol, first, length, number, precedence);
    }

    public Rule as(final int other) {
        return new Rule(
                direction,
                audited,
                verdict,
                identity,
                protocol,
                port,
                prefixLength,
                other,
                precedence);
    }

    public Rule precedence(final int other) {
        return new Rule(
                direction, audited, verdict, identity, protocol, port, prefixLength, number, other);
    }

    public Rule audited(final boolean other) {
        return new Rule(
                direction,
                other,
                verdict,
                identity,
                protocol,
                port,
                prefixLength,
                number,
                precedence);
    }

    PolicyRow row() {
        return audited
                ? PolicyRow.audited(verdict, number, precedence)
                : PolicyRow.enforced(verdict, number, precedence);
    }
}
