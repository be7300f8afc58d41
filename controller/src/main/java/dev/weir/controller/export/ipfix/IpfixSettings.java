package dev.weir.controller.export.ipfix;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where to, how, and whose numbers name Weir's own fields.
 *
 * @param tcp over TCP, else UDP
 * @param domain observation domain id
 * @param enterprise private enterprise number under which Weir's own fields are sent; 0: not sent
 * @param templates over UDP they are sent again after so long
 * @param messageBytes largest message; over UDP it must fit a packet
 */
public record IpfixSettings(
        InetSocketAddress collector,
        boolean tcp,
        long domain,
        long enterprise,
        Duration templates,
        int messageBytes) {}
