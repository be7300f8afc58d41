/**
 * Packets of chosen containers, with their verdicts, to whoever asked: pcapng or JSON lines.
 *
 * <p>Start at {@link dev.weir.controller.capture.Captures}. Depends on {@code flow} for filters and
 * names, and on the dataplane's {@code capture}.
 */
package dev.weir.controller.capture;
