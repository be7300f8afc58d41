package dev.weir.controller.capture;

/** Starts captures. */
@FunctionalInterface
public interface CaptureSource {
    /**
     * Starts one.
     *
     * @param format what its stream carries
     * @throws CaptureRefusedException if it cannot be
     */
    CaptureStream start(CaptureQuery query, CaptureFormat format);
}
