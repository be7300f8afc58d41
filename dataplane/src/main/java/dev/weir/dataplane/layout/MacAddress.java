package dev.weir.dataplane.layout;

/**
 * An EUI-48.
 *
 * @param value the six bytes as a big-endian number
 */
public record MacAddress(long value) {
    /**
     * Parses {@code aa:bb:cc:dd:ee:ff}.
     *
     * @throws IllegalArgumentException if {@code text} has another form
     */
    public static MacAddress parse(final String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("mac: " + text + " (expected: aa:bb:cc:dd:ee:ff)");
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            final String octet = Long.toHexString(value >>> shift & 0xFF);
            text.append(octet.length() == 1 ? "0" : "").append(octet).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }
}
