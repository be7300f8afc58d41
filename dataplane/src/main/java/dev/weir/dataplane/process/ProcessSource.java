package dev.weir.dataplane.process;

import dev.weir.dataplane.event.RecordHandler;

/** The reading end of {@code weir_processes}; one thread polls. */
public interface ProcessSource {
    /**
     * Hands over up to {@code limit} records, each a {@code struct weir_process_event} as {@link
     * dev.weir.dataplane.layout.ProcessLayout} has it, each CPU's oldest first; never blocks.
     *
     * @return how many
     */
    int poll(RecordHandler handler, int limit);

    /** Records so far that found no room; such a flow may get its process with its end. */
    long lost();
}
