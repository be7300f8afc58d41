/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * parse.h - from a frame to the key of its flow.
 *
 * No BPF helper is called, so that the same code is built for the host and fuzzed there (bpf/fuzz).
 * It fails closed: whatever is not understood has a reason.
 */
#ifndef WEIR_PARSE_H
#define WEIR_PARSE_H

#include "icmp.h"
#include "network.h"
#include "transport.h"

static __always_inline int parse_transport(
	struct weir_cursor *c, struct weir_packet *p, int ipv6, __u8 hop_limit)
{
	/* A first fragment cut inside its transport header is how filters were fooled: RFC 1858. */
	int cut = p->fragment == WEIR_FRAGMENT_FIRST ? WEIR_REASON_MALFORMED_FRAGMENT
						     : WEIR_REASON_MALFORMED_TRANSPORT;

	p->header_length = c->offset;
	if (p->fragment == WEIR_FRAGMENT_LATER)
		return WEIR_PARSE_OK;
	switch (p->key.protocol) {
	case WEIR_PROTO_TCP:
		return parse_tcp(c, p, cut);
	case WEIR_PROTO_UDP:
		return parse_udp(c, p, cut);
	case WEIR_PROTO_SCTP:
		return parse_sctp(c, p, cut);
	case WEIR_PROTO_ICMP:
		return ipv6 ? WEIR_PARSE_OK : parse_icmp(c, p, cut);
	case WEIR_PROTO_ICMPV6:
		return ipv6 ? parse_icmpv6(c, p, cut, hop_limit) : WEIR_PARSE_OK;
	default:
		return WEIR_PARSE_OK;
	}
}

/*
 * Parses the frame at c->data. p is zero but for direction and key.endpoint. Returns WEIR_PARSE_OK,
 * WEIR_PARSE_MORE (make more of the frame linear and call again) or the enum weir_reason to drop it
 * for.
 */
static __always_inline int weir_parse(struct weir_cursor *c, struct weir_packet *p)
{
	__u8 hop_limit = 0;
	__u16 ethertype = 0;
	int why;

	why = parse_link(c, p, &ethertype);
	if (why)
		return why;
	if (ethertype == WEIR_ETHERTYPE_IPV4) {
		why = parse_ipv4(c, p);
		return why ? why : parse_transport(c, p, 0, 0);
	}
	if (ethertype == WEIR_ETHERTYPE_IPV6) {
		why = parse_ipv6(c, p, &hop_limit);
		return why ? why : parse_transport(c, p, 1, hop_limit);
	}
	if (ethertype == WEIR_ETHERTYPE_ARP)
		return parse_arp(c, p);
	p->kind = WEIR_PACKET_NON_IP;
	return WEIR_PARSE_OK;
}

#endif
