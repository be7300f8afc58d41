package dev.weir.controller.flow;

/** Names of IANA protocol numbers, for those that the datapath knows more of than the number. */
public final class Protocols {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;
    static final int SCTP = 132;

    private Protocols() {}

    /** The name, or the number in digits. */
    public static String name(final int number) {
        return switch (number) {
            case ICMP -> "ICMP";
            case TCP -> "TCP";
            case UDP -> "UDP";
            case ICMPV6 -> "ICMPv6";
            case SCTP -> "SCTP";
            default -> Integer.toString(number);
        };
    }

    /** The number of an upper-case name, -1 for none. */
    static int number(final String name) {
        return switch (name) {
            case "ICMP" -> ICMP;
            case "TCP" -> TCP;
            case "UDP" -> UDP;
            case "ICMPV6" -> ICMPV6;
            case "SCTP" -> SCTP;
            default -> -1;
        };
    }

    /** The number of what {@link #name} gave. */
    static int numberOf(final String name) {
        return switch (name) {
            case "ICMPv6" -> ICMPV6;
            case "ICMP", "TCP", "UDP", "SCTP" -> number(name);
            default -> Integer.parseInt(name);
        };
    }

    /** True where the header has ports. */
    public static boolean hasPorts(final int number) {
        return number == TCP || number == UDP || number == SCTP;
    }

    static boolean isIcmp(final int number) {
        return number == ICMP || number == ICMPV6;
    }
}
