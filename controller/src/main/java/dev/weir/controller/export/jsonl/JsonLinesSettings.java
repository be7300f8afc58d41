package dev.weir.controller.export.jsonl;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The file and when it is rotated.
 *
 * @param file written to; older ones get {@code .1}, {@code .2} and so on behind the name
 * @param maxBytes rotated before it grows larger
 * @param maxAge rotated when it is older
 * @param maxFiles how many older ones are kept, 0 = none
 * @param sync when data must be on the disk
 */
public record JsonLinesSettings(
        Path file, long maxBytes, Duration maxAge, int maxFiles, Sync sync) {
    /** When the file is synced to the disk. */
    public enum Sync {
        /** When the kernel thinks fit. */
        NEVER,
        /** Before a file is put aside. */
        ROTATE,
        /** After each batch, about once a second. */
        BATCH
    }
}
