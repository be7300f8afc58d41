package dev.weir.dataplane.process;

import dev.weir.dataplane.event.RecordHandler;

/** The reading end of {@code weir_process_events}; one thread polls. */
public interface ProcessSource {
    /**
     * Hands over up to {@code limit} records, each a {@code struct weir_process_event} as {@link
     * dev.weir.dataplane.layout.ProcessLayout} has it, oldest first; never blocks.
     *
     * @return how many
     */
    int poll(RecordHandler handler, int limit);

    /** What did not get through so far. */
    Losses losses();

    /**
     * What did not get through; such connections have no process, or one that is told at their end.
     *
     * @param events that found the ring full
     * @param sockets whose process was forgotten before anybody answered, as too many asked at a
     *     time; or listeners for which there was no room
     * @param missed changes of any socket of the host that the kernel did not tell of, because it
     *     was telling of another one on that CPU
     */
    record Losses(long events, long sockets, long missed) {
        public static final Losses NONE = new Losses(0, 0, 0);

        Losses plus(final Losses other) {
            return new Losses(
                    events + other.events, sockets + other.sockets, missed + other.missed);
        }
    }
}
