package dev.weir.controller.truth;

import dev.weir.dataplane.testkit.Netns;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of one of its TCP sockets: {@code ss -ti}, that is, TCP_INFO.
 *
 * @param rttNanos smoothed (RFC 6298); the only sample itself while there is just one
 * @param minRttNanos of all samples, the handshake's too; 0: there is none
 * @param retransmits segments sent again in all
 * @param retransmittedBytes of payload
 * @param sendQueue bytes not yet acknowledged
 */
record SocketInfo(
        long rttNanos, long minRttNanos, long retransmits, long retransmittedBytes, int sendQueue) {

    /** The established socket of a namespace with that port at its side or the other one. */
    static SocketInfo of(final Netns netns, final int port) {
        final String text =
                netns.run(
                        "ss",
                        "-tinHO",
                        "state",
                        "established",
                        "( sport = :%d or dport = :%d )".formatted(port, port));
        if (text.lines().count() != 1) {
            throw new IllegalStateException("not one socket: " + text);
        }
        return new SocketInfo(
                nanos(text, " rtt:([0-9.]+)/"),
                nanos(text, " minrtt:([0-9.]+)"),
                number(text, " retrans:[0-9]+/([0-9]+)"),
                number(text, " bytes_retrans:([0-9]+)"),
                (int) number(text, "^[0-9]+ +([0-9]+)"));
    }

    /** ss prints milliseconds. */
    private static long nanos(final String text, final String pattern) {
        final Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Math.round(Double.parseDouble(matcher.group(1)) * 1e6) : 0;
    }

    /** ss leaves out what is 0. */
    private static long number(final String text, final String pattern) {
        final Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
