package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.Native;

/**
 * While one is open, the kernel measures how long each BPF program of the machine runs, and how
 * often ({@code BPF_ENABLE_STATS}): it reads its clock twice a run. Ends with the process, too.
 */
public final class ProgramStatistics implements AutoCloseable {
    private final Descriptor descriptor;

    private ProgramStatistics(final int fd) {
        this.descriptor = new Descriptor(fd, "program statistics");
    }

    /**
     * Begins to measure.
     *
     * @throws BpfException if the kernel refuses
     */
    public static ProgramStatistics measure() {
        return new ProgramStatistics(
                BpfException.check(Native.programMeasure(), "measure", "BPF programs"));
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
