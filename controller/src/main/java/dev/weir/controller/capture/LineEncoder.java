package dev.weir.controller.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.document.Json;
import dev.weir.controller.flow.Protocols;
import dev.weir.dataplane.capture.CapturedPacket;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKeyView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** One JSON object a packet, without its bytes; the last one has the totals. */
final class LineEncoder implements CaptureFormat.Encoder {
    private static final List<String> FLAGS =
            List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");

    LineEncoder(final CaptureQuery query) {}

    @Override
    public byte[] start(final List<CapturedEndpoint> endpoints) {
        return new byte[0];
    }

    @Override
    public byte[] packet(final DescribedPacket described) {
        final CapturedPacket packet = described.packet();
        final ObjectNode line = Json.object();
        line.put("time", Instant.ofEpochSecond(0, described.wallNanos()).toString());
        line.put("endpoint", described.endpoint().endpoint().id());
        line.put("namespace", described.endpoint().endpoint().namespace());
        line.put("pod", described.endpoint().endpoint().pod());
        line.put("direction", packet.direction().name().toLowerCase(Locale.ROOT));
        line.put("verdict", Verdicts.of(packet.reason()).name().toLowerCase(Locale.ROOT));
        line.put("reason", packet.reason().text());
        if (!described.policies().isEmpty()) {
            described.policies().forEach(line.putArray("policy")::add);
        }
        if (!described.rule().isEmpty()) {
            line.put("rule", described.rule());
        }
        flow(line, packet);
        line.put("length", packet.length());
        if (packet.segments() > 1) {
            line.put("segments", packet.segments());
        }
        return line(line);
    }

    /** Nothing for what is not IP, or was not understood. */
    private static void flow(final ObjectNode line, final CapturedPacket packet) {
        final FlowKeyView key = packet.key();
        if (key.protocol() == 0) {
            return;
        }
        final boolean sent = packet.direction() == Direction.EGRESS;
        line.put("source", (sent ? key.local() : key.remote()).toString());
        line.put("destination", (sent ? key.remote() : key.local()).toString());
        line.put("protocol", Protocols.name(key.protocol()));
        if (Protocols.hasPorts(key.protocol())) {
            line.put("sourcePort", sent ? key.localPort() : key.remotePort());
            line.put("destinationPort", sent ? key.remotePort() : key.localPort());
        }
        if (packet.tcpFlags() != 0) {
            final ArrayNode flags = line.putArray("tcpFlags");
            for (int bit = 0; bit < FLAGS.size(); bit++) {
                if ((packet.tcpFlags() >> bit & 1) != 0) {
                    flags.add(FLAGS.get(bit));
                }
            }
        }
    }

    @Override
    public byte[] end(final List<EndpointTotal> totals, final CaptureEnd why) {
        final ObjectNode line = Json.object();
        line.putObject("end")
                .put("reason", why.text())
                .put("packets", totals.stream().mapToLong(EndpointTotal::written).sum())
                .put("matched", totals.stream().mapToLong(EndpointTotal::matched).sum())
                .put("lost", totals.stream().mapToLong(EndpointTotal::lost).sum());
        return line(line);
    }

    private static byte[] line(final ObjectNode line) {
        return (Json.compact(line) + "\n").getBytes(UTF_8);
    }
}
