package dev.weir.controller.dns;

import dev.weir.dataplane.layout.IpAddress;
import java.util.List;

/**
 * A query or an answer to one (RFC 1035 4.1).
 *
 * @param id of 16 bits
 * @param isAnswer the QR bit
 * @param code RCODE, 0 to 15, of an answer
 * @param name asked for, in presentation format without the last dot, in lower case
 * @param type asked for; A is 1, AAAA 28
 * @param addresses of the answer's A and AAAA records, as far as the message was copied
 */
public record DnsMessage(
        int id, boolean isAnswer, int code, String name, int type, List<Address> addresses) {

    /** An address, and for how many seconds it may be used. */
    public record Address(IpAddress address, int ttl) {}
}
