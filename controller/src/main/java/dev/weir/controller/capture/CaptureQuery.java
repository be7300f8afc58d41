package dev.weir.controller.capture;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.capture.PacketFilter;
import java.util.function.Predicate;

/**
 * What is to be captured, and until when: whichever limit is reached first.
 *
 * @param endpoints whose packets
 * @param filter which of them; it runs in the kernel
 * @param text the filters as they were given, for the file
 * @param packets at most so many
 * @param bytes of output, at most so many before the totals that end it
 * @param nanos it lasts
 */
public record CaptureQuery(
        Predicate<Endpoint> endpoints,
        PacketFilter filter,
        String text,
        long packets,
        long bytes,
        long nanos) {}
