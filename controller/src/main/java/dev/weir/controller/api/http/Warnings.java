package dev.weir.controller.api.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Texts for the {@code Warning} header, RFC 7234 section 5.5. */
final class Warnings {
    private static final int LONGEST = 256;

    /** Of all together, as the API server has it: some clients refuse longer headers. */
    private static final int LONGEST_TOGETHER = 4096;

    private Warnings() {}

    /** One value a text; what there is no room for is told by its number. */
    static List<String> headers(final List<String> texts) {
        final List<String> headers = new ArrayList<>();
        int length = 0;
        for (final String text : texts) {
            final String header = header(text);
            length += header.length();
            if (length > LONGEST_TOGETHER) {
                headers.add(header(texts.size() - headers.size() + " more warnings"));
                break;
            }
            headers.add(header);
        }
        return headers;
    }

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
