package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Captured packets for people. */
final class CaptureText {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());

    private CaptureText() {}

    /** {@code 10:00:00.000001 denied shop/web egress TCP 10.0.0.2:1 > 10.0.0.3:80 [SYN] 74 B}. */
    static String line(final JsonNode packet) {
        final StringBuilder text = new StringBuilder(120);
        text.append(CLOCK.format(Instant.parse(packet.path("time").asText())));
        text.append(' ').append(packet.path("verdict").asText());
        text.append(' ').append(packet.path("namespace").asText());
        text.append('/').append(packet.path("pod").asText());
        text.append(' ').append(packet.path("direction").asText());
        if (packet.has("protocol")) {
            text.append(' ').append(packet.path("protocol").asText());
            text.append(' ').append(end(packet, "source"));
            text.append(" > ").append(end(packet, "destination"));
        }
        if (packet.has("tcpFlags")) {
            text.append(" [").append(SelectorText.joined(packet.path("tcpFlags"))).append(']');
        }
        text.append(' ').append(packet.path("length").asLong()).append(" B");
        text.append("  ").append(why(packet));
        return text.toString();
    }

    private static String end(final JsonNode packet, final String side) {
        final String address = packet.path(side).asText();
        final JsonNode port = packet.path(side + "Port");
        if (port.isMissingNode()) {
            return address;
        }
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port.asInt();
    }

    private static String why(final JsonNode packet) {
        final String policy = SelectorText.joined(packet.path("policy"));
        if (policy.isEmpty()) {
            return packet.path("reason").asText();
        }
        return packet.has("rule")
                ? policy + " " + packet.path("rule").asText()
                : packet.path("reason").asText() + " of " + policy;
    }
}
