package dev.weir.controller.flow;

import dev.weir.dataplane.layout.IpAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Community ID version 1 with seed 0 (github.com/corelight/community-id-spec): SHA-1 over seed,
 * addresses, protocol, a zero and ports, the smaller end first, in base64.
 */
final class CommunityId {
    private static final int NONE = -1;

    private CommunityId() {}

    /** Of the flow; null where an address or an ICMP type is not known. */
    static String of(final FlowRecord flow) {
        final FlowRecord.Ip ip = flow.ip();
        final int protocol = Protocols.numberOf(flow.l4().protocol());
        if (ip.source() == null || ip.destination() == null) {
            return null;
        }
        if (!Protocols.isIcmp(protocol)) {
            final Integer source = flow.l4().sourcePort();
            final Integer destination = flow.l4().destinationPort();
            return source == null || destination == null
                    ? digest(ip.source(), ip.destination(), protocol, NONE, NONE, true)
                    : digest(ip.source(), ip.destination(), protocol, source, destination, true);
        }
        if (flow.icmp() == null) {
            return null;
        }
        final int type = flow.icmp().type();
        final int answer = counterpart(protocol, type);
        return answer == NONE
                ? digest(ip.source(), ip.destination(), protocol, type, flow.icmp().code(), false)
                : digest(ip.source(), ip.destination(), protocol, type, answer, true);
    }

    /** The type that answers this one, or that this one answers; -1 for a one-way message. */
    static int counterpart(final int protocol, final int type) {
        if (protocol == Protocols.ICMP) {
            return switch (type) {
                case 0 -> 8;
                case 8 -> 0;
                case 9 -> 10;
                case 10 -> 9;
                case 13 -> 14;
                case 14 -> 13;
                case 15 -> 16;
                case 16 -> 15;
                case 17 -> 18;
                case 18 -> 17;
                default -> NONE;
            };
        }
        return switch (type) {
            case 128 -> 129;
            case 129 -> 128;
            case 130 -> 131;
            case 131 -> 130;
            case 133 -> 134;
            case 134 -> 133;
            case 135 -> 136;
            case 136 -> 135;
            case 139 -> 140;
            case 140 -> 139;
            case 144 -> 145;
            case 145 -> 144;
            default -> NONE;
        };
    }

    /** {@code ordered}: the smaller end goes first, so that both directions give one id. */
    private static String digest(
            final IpAddress source,
            final IpAddress destination,
            final int protocol,
            final int sourcePort,
            final int destinationPort,
            final boolean ordered) {
        final int byAddress = source.compareTo(destination);
        final boolean swap =
                ordered && (byAddress > 0 || byAddress == 0 && sourcePort > destinationPort);
        final MessageDigest sha1 = sha1();
        sha1.update((byte) 0);
        sha1.update((byte) 0);
        sha1.update(bytes(swap ? destination : source));
        sha1.update(bytes(swap ? source : destination));
        sha1.update((byte) protocol);
        sha1.update((byte) 0);
        if (sourcePort != NONE) {
            port(sha1, swap ? destinationPort : sourcePort);
            port(sha1, swap ? sourcePort : destinationPort);
        }
        return "1:" + Base64.getEncoder().encodeToString(sha1.digest());
    }

    private static byte[] bytes(final IpAddress address) {
        final byte[] mapped = address.mapped();
        return address.isIpv4() ? Arrays.copyOfRange(mapped, 12, 16) : mapped;
    }

    private static void port(final MessageDigest sha1, final int port) {
        sha1.update((byte) (port >> 8));
        sha1.update((byte) port);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
