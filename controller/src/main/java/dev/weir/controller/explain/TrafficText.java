package dev.weir.controller.explain;

/** Protocol and port for people: {@code TCP 80}, {@code ICMP}, {@code protocol 47}. */
final class TrafficText {
    private TrafficText() {}

    static String of(final int protocol, final int port) {
        return switch (protocol) {
            case 1 -> "ICMP";
            case 6 -> "TCP " + port;
            case 17 -> "UDP " + port;
            case 58 -> "ICMPv6";
            case 132 -> "SCTP " + port;
            default -> "protocol " + protocol;
        };
    }
}
