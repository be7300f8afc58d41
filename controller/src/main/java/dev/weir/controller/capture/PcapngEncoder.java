package dev.weir.controller.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.controller.Version;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.Direction;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * pcapng, little-endian (draft-ietf-opsawg-pcapng): a section, an interface for each container, a
 * packet block for each packet with its verdict as a comment, and the totals of each interface.
 */
final class PcapngEncoder implements CaptureFormat.Encoder {
    private static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int ETHERNET = 1;
    private static final byte NANOSECONDS = 9;
    private static final byte TC_PROGRAM = 1;
    private static final long PASSED = -1;
    private static final long SHOT = 2;

    /** Of a block without its body: type, and its length in front and behind. */
    private static final int FRAME = 12;

    // Codes of options.
    private static final int COMMENT = 1;
    private static final int OS = 3;
    private static final int APPLICATION = 4;
    private static final int NAME = 2;
    private static final int DESCRIPTION = 3;
    private static final int RESOLUTION = 9;
    private static final int FILTER = 11;
    private static final int FLAGS = 2;
    private static final int VERDICT = 7;
    private static final int DROPPED = 5;
    private static final int ACCEPTED = 6;
    private static final int DELIVERED = 8;

    private final CaptureQuery query;
    private final ByteArrayOutputStream options = new ByteArrayOutputStream(256);
    private long last;

    PcapngEncoder(final CaptureQuery query) {
        this.query = query;
    }

    @Override
    public byte[] start(final List<CapturedEndpoint> endpoints) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        option(OS, "Linux " + System.getProperty("os.version"));
        option(APPLICATION, "weir " + Version.TEXT);
        final ByteBuffer section = buffer(16);
        section.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        out.writeBytes(block(SECTION, section.array(), new byte[0]));
        for (final CapturedEndpoint one : endpoints) {
            final Endpoint endpoint = one.endpoint();
            option(NAME, endpoint.interfaceName());
            option(
                    DESCRIPTION,
                    one.pod()
                            + " "
                            + endpoint.containerInterface()
                            + " container="
                            + endpoint.containerId());
            option(RESOLUTION, new byte[] {NANOSECONDS});
            if (!query.text().isEmpty()) {
                option(FILTER, ("\0" + query.text()).getBytes(UTF_8));
            }
            final ByteBuffer body = buffer(8);
            body.putShort((short) ETHERNET).putShort((short) 0).putInt(query.filter().snap());
            out.writeBytes(block(INTERFACE, body.array(), new byte[0]));
        }
        return out.toByteArray();
    }

    @Override
    public byte[] packet(final DescribedPacket described) {
        final boolean sent = described.packet().direction() == Direction.EGRESS;
        final byte[] bytes = described.packet().bytes();
        last = described.wallNanos();
        // What the container sends comes in at the host's end of the veth.
        option(FLAGS, buffer(4).putInt(sent ? 1 : 2).array());
        option(
                VERDICT,
                buffer(9)
                        .put(TC_PROGRAM)
                        .putLong(described.packet().reason().isDrop() ? SHOT : PASSED)
                        .array());
        option(COMMENT, comment(described));
        final ByteBuffer body = buffer(20);
        body.putInt(described.endpoint().index());
        time(body, described.wallNanos());
        body.putInt(bytes.length).putInt(described.packet().length());
        return block(PACKET, body.array(), bytes);
    }

    /** {@code verdict=denied reason=no-rule direction=egress pod=shop/web policy=shop/closed}. */
    private static String comment(final DescribedPacket described) {
        final StringBuilder text = new StringBuilder(120);
        text.append("verdict=")
                .append(
                        Verdicts.of(described.packet().reason())
                                .name()
                                .toLowerCase(java.util.Locale.ROOT));
        text.append(" reason=").append(described.packet().reason().text());
        text.append(" direction=")
                .append(described.packet().direction().name().toLowerCase(java.util.Locale.ROOT));
        text.append(" pod=").append(described.endpoint().pod());
        if (!described.policies().isEmpty()) {
            text.append(" policy=").append(String.join(",", described.policies()));
        }
        if (!described.rule().isEmpty()) {
            text.append(" rule=").append(described.rule());
        }
        if (described.packet().segments() > 1) {
            text.append(" segments=").append(described.packet().segments());
        }
        return text.toString();
    }

    @Override
    public byte[] end(final List<EndpointTotal> totals, final CaptureEnd why) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        for (final EndpointTotal total : totals) {
            option(DROPPED, buffer(8).putLong(total.lost()).array());
            option(ACCEPTED, buffer(8).putLong(total.matched()).array());
            option(DELIVERED, buffer(8).putLong(total.written()).array());
            option(COMMENT, "end=" + why.text());
            final ByteBuffer body = buffer(12).putInt(total.endpoint().index());
            time(body, Math.max(last, System.currentTimeMillis() * 1_000_000));
            out.writeBytes(block(STATISTICS, body.array(), new byte[0]));
        }
        return out.toByteArray();
    }

    private static void time(final ByteBuffer body, final long nanos) {
        body.putInt((int) (nanos >>> 32)).putInt((int) nanos);
    }

    private void option(final int code, final String text) {
        option(code, text.getBytes(UTF_8));
    }

    private void option(final int code, final byte[] value) {
        final int length = Math.min(value.length, 0xFFFF);
        final ByteBuffer option = buffer(4 + padded(length));
        option.putShort((short) code).putShort((short) length).put(value, 0, length);
        options.writeBytes(option.array());
    }

    /** Uses the options up. */
    private byte[] block(final int type, final byte[] body, final byte[] data) {
        options.writeBytes(new byte[4]); // opt_endofopt
        final int length = FRAME + body.length + padded(data.length) + options.size();
        final ByteBuffer block = buffer(length);
        block.putInt(type).putInt(length).put(body).put(data);
        block.position(FRAME - 4 + body.length + padded(data.length));
        block.put(options.toByteArray()).putInt(length);
        options.reset();
        return block.array();
    }

    private static int padded(final int length) {
        return length + 3 & ~3;
    }

    private static ByteBuffer buffer(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
