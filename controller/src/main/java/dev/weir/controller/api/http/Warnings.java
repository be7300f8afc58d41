package dev.weir.controller.api.http;

import java.nio.charset.StandardCharsets;

/** Texts for the {@code Warning} header, RFC 7234 section 5.5. */
final class Warnings {
    private static final int LONGEST = 256;

    private Warnings() {}

    /** {@code 299 - "text"}: printable ASCII on one line, as the API server writes it. */
    static String header(final String text) {
        final String ascii =
                new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
                        .replaceAll("\\p{Cntrl}+", " ")
                        .replaceAll("[^\\x20-\\x7E]", "?");
        final String shown = ascii.length() > LONGEST ? ascii.substring(0, LONGEST) + "..." : ascii;
        return "299 - \"" + shown.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
