package dev.weir.dataplane.object;

/**
 * A loaded program as the kernel describes it.
 *
 * @param name as in the object file
 * @param id kernel id
 * @param tag the kernel's hash of the instructions, 16 hex digits
 * @param instructions verified instructions, after translation
 * @param jitedBytes machine code, 0 = interpreted
 * @param runNanos time it ran while somebody measured, {@link ProgramStatistics}
 * @param runs how often it ran while somebody measured
 * @param misses how often the kernel left it out, because it was running on that CPU already
 */
public record ProgramInfo(
        String name,
        int id,
        String tag,
        int instructions,
        int jitedBytes,
        long runNanos,
        long runs,
        long misses) {}
