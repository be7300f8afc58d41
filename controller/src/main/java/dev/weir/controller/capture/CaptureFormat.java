package dev.weir.controller.capture;

import java.util.List;
import java.util.function.Function;

/** What a capture's stream carries. */
public enum CaptureFormat {
    /** {@link PcapngEncoder}. */
    PCAPNG(PcapngEncoder::new),
    /** {@link LineEncoder}. */
    JSON_LINES(LineEncoder::new);

    private final Function<CaptureQuery, Encoder> encoder;

    CaptureFormat(final Function<CaptureQuery, Encoder> encoder) {
        this.encoder = encoder;
    }

    Encoder encoder(final CaptureQuery query) {
        return encoder.apply(query);
    }

    /** Turns what is captured into bytes. */
    interface Encoder {
        byte[] start(List<CapturedEndpoint> endpoints);

        byte[] packet(DescribedPacket packet);

        byte[] end(List<EndpointTotal> totals, CaptureEnd why);
    }
}
