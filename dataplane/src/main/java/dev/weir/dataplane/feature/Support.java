package dev.weir.dataplane.feature;

/**
 * Answer to "can this kernel do it?".
 *
 * @param available whether it was tried and worked
 * @param reason what came back and which kernel has it; empty when available
 */
public record Support(boolean available, String reason) {
    public static final Support YES = new Support(true, "");

    public static Support no(final String reason) {
        return new Support(false, reason);
    }
}
