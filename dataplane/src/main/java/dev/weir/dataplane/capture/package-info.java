/**
 * Copies of packets with their verdicts: the programs that make them are in the kernel only while a
 * capture runs.
 *
 * <p>Start at {@link dev.weir.dataplane.capture.PacketCapture}. Depends on {@code attach}, {@code
 * event}, {@code map} and {@code object}.
 */
package dev.weir.dataplane.capture;
