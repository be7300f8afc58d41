/**
 * Flow reports as IPFIX (RFC 7011) biflows (RFC 5103), over UDP or TCP. Start at {@code IpfixSink}.
 * Depends on {@code export}.
 */
package dev.weir.controller.export.ipfix;
