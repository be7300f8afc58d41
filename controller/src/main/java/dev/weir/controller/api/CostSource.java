package dev.weir.controller.api;

/** Lets the kernel measure how long programs run, for a while. */
@FunctionalInterface
public interface CostSource {
    /**
     * From now on, until what it gives is closed.
     *
     * @throws dev.weir.dataplane.jni.BpfException if the kernel refuses
     */
    AutoCloseable measure();
}
