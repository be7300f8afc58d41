package dev.weir.controller.dns;

import dev.weir.controller.dns.DnsMessage.Address;
import dev.weir.dataplane.layout.IpAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * Reads one message (RFC 1035 4.1). Only the question's name is read, which nothing stands before
 * that it could point to; the owners of the answers are skipped. So no compression pointer is ever
 * followed, and the work is linear in the message's length. One thread.
 */
public final class DnsParser {
    /** Of a message, at the least. */
    static final int HEADER = 12;

    private static final int NAME_MOST = 255;
    private static final int LABEL_MOST = 63;
    private static final int POINTER = 0xC0;

    /** Of the answer section; no resolver's answer within 512 bytes has more addresses. */
    private static final int RECORDS_MOST = 64;

    private static final int RECORD_HEAD = 10;
    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int CLASS_IN = 1;

    private final StringBuilder text = new StringBuilder(NAME_MOST);
    private DirectBuffer buffer;
    private int at;
    private int end;

    /**
     * Empty if it is no query with one question, and no answer to one. An answer that was cut
     * counts up to the cut.
     */
    public Optional<DnsMessage> parse(final DirectBuffer from, final int offset, final int length) {
        buffer = from;
        at = offset;
        end = offset + length;
        if (length < HEADER) {
            return Optional.empty();
        }
        final int id = u16(at);
        final int flags = u16(at + 2);
        final boolean isQuery = (flags >> 11 & 0xF) == 0;
        final int questions = u16(at + 4);
        final int answers = u16(at + 6);
        at += HEADER;
        if (!isQuery || questions != 1 || !readName() || end - at < 4) {
            return Optional.empty();
        }
        final int type = u16(at);
        at += 4;
        final boolean isAnswer = (flags & 0x8000) != 0;
        return Optional.of(
                new DnsMessage(
                        id,
                        isAnswer,
                        flags & 0xF,
                        text.toString(),
                        type,
                        isAnswer ? addresses(answers) : List.of()));
    }

    private int u16(final int position) {
        return buffer.getShort(position, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private boolean readName() {
        text.setLength(0);
        final int start = at;
        while (at < end && at - start < NAME_MOST) {
            final int label = buffer.getByte(at++) & 0xFF;
            if (label == 0) {
                return true;
            }
            if (label > LABEL_MOST || end - at < label) {
                return false;
            }
            if (text.length() > 0) {
                text.append('.');
            }
            for (int i = 0; i < label; i++) {
                append(buffer.getByte(at++) & 0xFF);
            }
        }
        return false;
    }

    /** As in a zone file (RFC 1035 5.1): what is not printable, and what has a meaning, escaped. */
    private void append(final int octet) {
        if (octet == '.' || octet == '\\') {
            text.append('\\').append((char) octet);
        } else if (octet > ' ' && octet < 0x7F) {
            text.append((char) (octet >= 'A' && octet <= 'Z' ? octet + 32 : octet));
        } else {
            text.append('\\')
                    .append((char) ('0' + octet / 100))
                    .append((char) ('0' + octet / 10 % 10))
                    .append((char) ('0' + octet % 10));
        }
    }

    private List<Address> addresses(final int answers) {
        final List<Address> found = new ArrayList<>(Math.min(answers, 8));
        for (int i = 0; i < answers && i < RECORDS_MOST; i++) {
            if (!skipName() || end - at < RECORD_HEAD) {
                break;
            }
            final int type = u16(at);
            final int recordClass = u16(at + 2);
            final int ttl = Math.max(0, buffer.getInt(at + 4, ByteOrder.BIG_ENDIAN)); // RFC 2181 8
            final int length = u16(at + 8);
            at += RECORD_HEAD;
            if (end - at < length) {
                break;
            }
            if (recordClass == CLASS_IN && type == TYPE_A && length == 4) {
                final int v4 = buffer.getInt(at, ByteOrder.BIG_ENDIAN);
                found.add(new Address(IpAddress.ofIpv4(v4), ttl));
            } else if (recordClass == CLASS_IN && type == TYPE_AAAA && length == 16) {
                found.add(
                        new Address(
                                new IpAddress(
                                        buffer.getLong(at, ByteOrder.BIG_ENDIAN),
                                        buffer.getLong(at + 8, ByteOrder.BIG_ENDIAN)),
                                ttl));
            }
            at += length;
        }
        return List.copyOf(found);
    }

    /** Labels up to the root or to a pointer, which ends a name. */
    private boolean skipName() {
        final int start = at;
        while (at < end && at - start < NAME_MOST) {
            final int label = buffer.getByte(at++) & 0xFF;
            if (label == 0) {
                return true;
            }
            if ((label & POINTER) == POINTER) {
                at++;
                return at <= end;
            }
            if (label > LABEL_MOST || end - at < label) {
                return false;
            }
            at += label;
        }
        return false;
    }
}
