package dev.weir.controller.capture;

import dev.weir.dataplane.capture.CapturedPacket;
import java.util.List;

/**
 * A packet with names.
 *
 * @param wallNanos since 1970
 * @param packet good only while it is being written
 * @param policies that decided, as {@code namespace/name}; empty where none did
 * @param rule as people see it, empty where none decided
 */
record DescribedPacket(
        CapturedEndpoint endpoint,
        long wallNanos,
        CapturedPacket packet,
        List<String> policies,
        String rule) {}
