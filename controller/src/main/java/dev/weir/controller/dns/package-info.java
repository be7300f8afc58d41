/**
 * What containers ask of DNS: messages read, queries matched with answers, names by address.
 *
 * <p>Start at {@link dev.weir.controller.dns.DnsClient}. Depends on {@code dataplane.layout}.
 */
package dev.weir.controller.dns;
