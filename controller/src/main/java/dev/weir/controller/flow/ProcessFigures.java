package dev.weir.controller.flow;

/**
 * What became of what the kernel told of flows' processes.
 *
 * @param joined to the flow of the socket
 * @param denied for packets that were denied
 * @param unmatched whose flow had left the caches before it was read
 * @param lostEvents found the kernel's ring full
 * @param lostQueue events for which there was no room until their flow was read
 * @param lostDenied of the denied, those that made room for later ones
 */
public record ProcessFigures(
        long joined,
        long denied,
        long unmatched,
        long lostEvents,
        long lostQueue,
        long lostDenied) {
    /** Nothing is looked up. */
    public static final ProcessFigures NONE = new ProcessFigures(0, 0, 0, 0, 0, 0);

    /** All that was lost; a connection that lost one event may have its process by another. */
    public long lost() {
        return lostEvents + lostQueue + lostDenied;
    }
}
