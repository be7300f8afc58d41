package dev.weir.controller.export.ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Flows;
import dev.weir.controller.export.Missing;
import dev.weir.controller.flow.FlowRecord.Event;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MessageWriterTest {
    private static final int HEADER = 16;
    private static final int RECORD = 73;

    private static MessageWriter writer(final long enterprise, final int limit) {
        return new MessageWriter(
                new IpfixSettings(
                        new InetSocketAddress("127.0.0.1", 4739),
                        false,
                        7,
                        enterprise,
                        Duration.ofSeconds(60),
                        limit));
    }

    private static FlowReport report() {
        return Flows.report(Flows.tcp(41_234, Event.ENDED, 12));
    }

    @Test
    void shouldWriteARecordByteForByte() {
        final MessageWriter writer = writer(0, 1_400);
        writer.add(report());

        final ByteBuffer message = writer.finish(0x65_00_00_01L);

        assertThat(HexFormat.of().formatHex(message.array()))
                .isEqualTo(
                        "000a" // version
                                + "005d" // length of the message: 93
                                + "65000001" // export time
                                + "00000000" // sequence
                                + "00000007" // domain
                                + "0100" // set of template 256
                                + "004d" // its length: 77
                                + hex(Flows.START.toEpochMilli(), 8)
                                + hex(Flows.START.plusSeconds(12).toEpochMilli(), 8)
                                + "0a000001"
                                + "0a000002"
                                + hex(41_234, 2)
                                + hex(80, 2)
                                + "06" // TCP
                                + "0012" // SYN, ACK
                                + "0000" // ICMP type and code
                                + hex(46 << 2, 1) // class of service
                                + "0000" // VLAN
                                + "00" // ingress
                                + "01" // the source is the initiator
                                + "03" // end of flow
                                + "40" // forwarded
                                + "02" // deleted
                                + hex(1_200, 8)
                                + hex(12, 8)
                                + hex(6_000, 8)
                                + hex(6, 8));
    }

    private static String hex(final long value, final int bytes) {
        return String.format("%0" + 2 * bytes + "x", value);
    }

    @Test
    void shouldCountDataRecordsInTheSequenceButNoTemplates() {
        final MessageWriter writer = writer(0, 1_400);
        writer.templates();
        assertThat(writer.finish(0).getInt(8)).isZero();
        writer.add(report());
        writer.add(report());
        assertThat(writer.finish(0).getInt(8)).isZero();
        writer.loss(new Missing(1, 2, 3));
        assertThat(writer.finish(0).getInt(8)).isEqualTo(2);
        writer.add(report());
        assertThat(writer.finish(0).getInt(8)).isEqualTo(3);
        writer.newSession();
        writer.add(report());
        assertThat(writer.finish(0).getInt(8)).isZero();
    }

    @Test
    void shouldDeclareInTheTemplateWhatARecordTakes() {
        final MessageWriter writer = writer(32_473, 1_400);
        writer.templates();
        final ByteBuffer template = writer.finish(0);
        assertThat(template.getShort(HEADER)).isEqualTo((short) 2);
        assertThat(template.getShort(HEADER + 4)).isEqualTo((short) 256);
        final int fields = template.getShort(HEADER + 6);
        int at = HEADER + 8;
        int fixed = 0;
        int variable = 0;
        for (int field = 0; field < fields; field++) {
            final boolean enterprise = (template.getShort(at) & 0x8000) != 0;
            final int length = template.getShort(at + 2) & 0xFFFF;
            if (enterprise) {
                assertThat(template.getInt(at + 4)).isIn(32_473, 29_305);
            }
            fixed += length == Element.VARIABLE ? 0 : length;
            variable += length == Element.VARIABLE ? 1 : 0;
            at += enterprise ? 8 : 4;
        }
        writer.add(report());
        final ByteBuffer data = writer.finish(0);
        final int record = data.getShort(HEADER + 2) - 4;
        final int texts =
                text("allowed", "policy", "default", "client", "client-id", "default", "web")
                        + text("web-id", "NetworkPolicy/default/web-allow/ingress[0]", "web-eth0")
                        + text(report().flow().communityId());
        assertThat(variable).isEqualTo(11);
        assertThat(record).isEqualTo(fixed + variable + texts);
    }

    private static int text(final String... values) {
        return String.join("", values).getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void shouldLeaveOutARecordThatDoesNotFit() {
        final MessageWriter writer = writer(0, 512);
        int added = 0;
        while (writer.add(report())) {
            added++;
        }

        final ByteBuffer message = writer.finish(0);

        assertThat(message.limit()).isLessThanOrEqualTo(512);
        assertThat(message.getShort(2)).isEqualTo((short) message.limit());
        assertThat(added).isEqualTo((512 - HEADER - 4) / RECORD);
        assertThat(message.getShort(HEADER + 2)).isEqualTo((short) (4 + RECORD * added));
    }

    @Test
    void shouldPutEachFamilyInItsOwnSet() {
        final MessageWriter writer = writer(0, 1_400);
        writer.add(report());
        writer.add(Flows.report(Flows.flow("fd00::1", "fd00::2", 5, Event.ENDED, 1, Flows.START)));

        final ByteBuffer message = writer.finish(0);

        final int first = message.getShort(HEADER + 2);
        assertThat(message.getShort(HEADER)).isEqualTo((short) 256);
        assertThat(message.getShort(HEADER + first)).isEqualTo((short) 257);
        assertThat(message.limit()).isEqualTo(HEADER + 4 + RECORD + 4 + RECORD + 24);
    }
}
