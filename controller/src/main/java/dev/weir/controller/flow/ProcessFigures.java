package dev.weir.controller.flow;

/**
 * What became of what the kernel told of connections' processes.
 *
 * @param joined to the flow of the connection
 * @param unanswered connections that nobody answered, and that have no flow of their own
 * @param unmatched connections that no flow was seen of: they pass no interface that is watched
 * @param lostEvents found the kernel's ring full
 * @param lostSockets connections and listeners whose process was forgotten, or had no room
 * @param missed socket changes anywhere on the host that the kernel left out, because it was at
 *     another one on that CPU
 * @param lostQueue events for which there was no room until their flow was read
 * @param lostUnanswered of the unanswered, those that made room for later ones
 */
public record ProcessFigures(
        long joined,
        long unanswered,
        long unmatched,
        long lostEvents,
        long lostSockets,
        long missed,
        long lostQueue,
        long lostUnanswered) {
    /** Nothing is looked up. */
    public static final ProcessFigures NONE = new ProcessFigures(0, 0, 0, 0, 0, 0, 0, 0);

    /** All that was lost; a connection that lost one event may have its process by another. */
    public long lost() {
        return lostEvents + lostSockets + missed + lostQueue + lostUnanswered;
    }
}
