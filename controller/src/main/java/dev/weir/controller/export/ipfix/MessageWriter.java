package dev.weir.controller.export.ipfix;

import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Missing;
import dev.weir.dataplane.layout.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Builds one IPFIX message after another, RFC 7011, all numbers in network byte order.
 *
 * <pre>
 *   0       2      4            8          12       16
 *   +-------+------+------------+----------+--------+-----------------------
 *   | 10    |length| export time| sequence | domain | sets: id, length, ...
 *   +-------+------+------------+----------+--------+-----------------------
 * </pre>
 *
 * The sequence number counts the data records sent before in this transport session.
 */
final class MessageWriter {
    static final int IPV4_TEMPLATE = 256;
    static final int IPV6_TEMPLATE = 257;
    static final int LOSS_TEMPLATE = 258;

    private static final int VERSION = 10;
    private static final int HEADER = 16;
    private static final int SET_HEADER = 4;
    private static final int TEMPLATE_SET = 2;
    private static final int OPTIONS_TEMPLATE_SET = 3;
    private static final int ENTERPRISE_BIT = 0x8000;
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_RECORD = 8_192;
    private static final int NOT_SENT_FLOWS = 166; // then packets, then octets
    private static final int NOT_SENT_OCTETS = 168;
    private static final int EXPORTING_PROCESS = 144;

    private final List<Element> ipv4;
    private final List<Element> ipv6;
    private final long domain;
    private final int limit;
    private final byte[] bytes;
    private final UnsafeBuffer buffer;
    private int length = HEADER;
    private int set = -1;
    private int setTemplate;
    private int records;
    private long sequence;

    MessageWriter(final IpfixSettings settings) {
        this.ipv4 = elements(false, settings.enterprise());
        this.ipv6 = elements(true, settings.enterprise());
        this.domain = settings.domain();
        this.limit = settings.messageBytes();
        this.bytes = new byte[limit + LONGEST_RECORD];
        this.buffer = new UnsafeBuffer(bytes);
    }

    private static List<Element> elements(final boolean six, final long enterprise) {
        final List<Element> all = new ArrayList<>(Element.standard(six));
        if (enterprise != 0) {
            all.addAll(Element.own(enterprise));
        }
        return List.copyOf(all);
    }

    /** A new transport session: counting begins anew. */
    void newSession() {
        sequence = 0;
        clear();
    }

    boolean isEmpty() {
        return length == HEADER;
    }

    /** Both templates of data, and the one that tells losses. */
    void templates() {
        closeSet();
        openSet(TEMPLATE_SET);
        template(IPV4_TEMPLATE, ipv4);
        template(IPV6_TEMPLATE, ipv6);
        closeSet();
        openSet(OPTIONS_TEMPLATE_SET);
        putShort(LOSS_TEMPLATE);
        putShort(4); // fields
        putShort(1); // of them say what it is about
        putShort(EXPORTING_PROCESS);
        putShort(4);
        for (int element = NOT_SENT_FLOWS; element <= NOT_SENT_OCTETS; element++) {
            putShort(element);
            putShort(8);
        }
        closeSet();
    }

    private void template(final int id, final List<Element> elements) {
        putShort(id);
        putShort(elements.size());
        for (final Element element : elements) {
            putShort(element.owner() == 0 ? element.number() : element.number() | ENTERPRISE_BIT);
            putShort(element.length());
            if (element.owner() != 0) {
                putInt((int) element.owner());
            }
        }
    }

    /** What was not sent since the agent began. */
    void loss(final Missing missing) {
        inSet(LOSS_TEMPLATE);
        putInt((int) ProcessHandle.current().pid());
        putLong(missing.records());
        putLong(missing.packets());
        putLong(missing.bytes());
        records++;
    }

    /**
     * Adds a record.
     *
     * @return false if the message would become too long; it is as it was before
     */
    boolean add(final FlowReport report) {
        final boolean six = report.flow().ip().version() == 6;
        final int before = length;
        final int setBefore = set;
        final int templateBefore = setTemplate;
        inSet(six ? IPV6_TEMPLATE : IPV4_TEMPLATE);
        for (final Element element : six ? ipv6 : ipv4) {
            put(element, report);
        }
        if (length > limit && records > 0) {
            length = before;
            set = setBefore;
            setTemplate = templateBefore;
            return false;
        }
        records++;
        return true;
    }

    private void put(final Element element, final FlowReport report) {
        if (element.text() != null) {
            putText(element.text().apply(report));
        } else if (element.address() != null) {
            putAddress(element.address().apply(report), element.length());
        } else {
            final long value = element.value().applyAsLong(report);
            switch (element.length()) {
                case 1 -> buffer.putByte(length++, (byte) value);
                case 2 -> putShort((int) value);
                case 4 -> putInt((int) value);
                default -> putLong(value);
            }
        }
    }

    /** Of one that a container made up there is none: the unspecified address. */
    private void putAddress(final IpAddress address, final int size) {
        final byte[] mapped = address == null ? new byte[16] : address.mapped();
        buffer.putBytes(length, mapped, mapped.length - size, size);
        length += size;
    }

    private void putText(final String text) {
        final byte[] utf8 = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        int size = Math.min(utf8.length, LONGEST_TEXT - 1);
        while (size < utf8.length && size > 0 && (utf8[size] & 0xC0) == 0x80) {
            size--; // never half a character
        }
        buffer.putByte(length++, (byte) size);
        buffer.putBytes(length, utf8, 0, size);
        length += size;
    }

    /** Finishes the message and begins the next one. */
    ByteBuffer finish(final long epochSeconds) {
        closeSet();
        buffer.putShort(0, (short) VERSION, ByteOrder.BIG_ENDIAN);
        buffer.putShort(2, (short) length, ByteOrder.BIG_ENDIAN);
        buffer.putInt(4, (int) epochSeconds, ByteOrder.BIG_ENDIAN);
        buffer.putInt(8, (int) sequence, ByteOrder.BIG_ENDIAN);
        buffer.putInt(12, (int) domain, ByteOrder.BIG_ENDIAN);
        sequence += records;
        final ByteBuffer message = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
        clear();
        return message;
    }

    private void clear() {
        length = HEADER;
        set = -1;
        records = 0;
    }

    private void inSet(final int template) {
        if (set >= 0 && setTemplate == template) {
            return;
        }
        closeSet();
        openSet(template);
    }

    private void openSet(final int id) {
        set = length;
        setTemplate = id;
        length += SET_HEADER;
    }

    private void closeSet() {
        if (set >= 0) {
            buffer.putShort(set, (short) setTemplate, ByteOrder.BIG_ENDIAN);
            buffer.putShort(set + 2, (short) (length - set), ByteOrder.BIG_ENDIAN);
            set = -1;
        }
    }

    private void putShort(final int value) {
        buffer.putShort(length, (short) value, ByteOrder.BIG_ENDIAN);
        length += 2;
    }

    private void putInt(final int value) {
        buffer.putInt(length, value, ByteOrder.BIG_ENDIAN);
        length += 4;
    }

    private void putLong(final long value) {
        buffer.putLong(length, value, ByteOrder.BIG_ENDIAN);
        length += 8;
    }
}
