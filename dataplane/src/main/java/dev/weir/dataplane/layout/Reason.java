package dev.weir.dataplane.layout;

import java.util.Locale;

/**
 * Why a packet had its verdict; ordinals are {@code enum weir_reason}, whose comments say what each
 * means. LayoutAgreementTest compares the two.
 */
public enum Reason {
    POLICY,
    NOT_ISOLATED,
    HOST,
    RELATED,
    NEIGHBOUR,
    NON_IP,
    ADOPTED,
    AUDIT,
    NO_RULE,
    DENY_RULE,
    CUT,
    SPOOFED_ADDRESS,
    SPOOFED_MAC,
    MALFORMED_LINK,
    MALFORMED_IPV4,
    MALFORMED_IPV6,
    MALFORMED_TRANSPORT,
    EXTENSION_HEADERS,
    FRAGMENT_UNKNOWN,
    MALFORMED_FRAGMENT,
    NON_IP_ISOLATED,
    TABLE_FULL;

    /** {@code WEIR_REASON_FIRST_DROP}: reasons from this number on are drops. */
    public static final int FIRST_DROP = 8;

    private static final Reason[] VALUES = values();

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The reason with the number {@code value} of {@code enum weir_reason}. */
    public static Reason of(final int value) {
        return VALUES[value];
    }

    /** How many reasons there are. */
    public static int count() {
        return VALUES.length;
    }

    /** True when a packet with this reason was dropped. */
    public boolean isDrop() {
        return ordinal() >= FIRST_DROP;
    }

    /** The name that REST and the CLI print: lower case, dashes. */
    public String text() {
        return text;
    }
}
