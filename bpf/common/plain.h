/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * plain.h - the parse of the packets that are nearly all there are: no tag in the frame, no IPv4
 * options, no IPv6 extension headers, no fragment, TCP, UDP or SCTP, and lengths that agree with
 * the frame's. All offsets are constant, and what any check leaves in doubt is parse.h's to read.
 * What both understand they understand alike (bpf/fuzz).
 */
#ifndef WEIR_PLAIN_H
#define WEIR_PLAIN_H

#include <stdbool.h>
#include "cursor.h"
#include "transport.h"

enum {
	WEIR_PLAIN_V4 = WEIR_ETH_LENGTH + 20, /* where the transport header begins */
	WEIR_PLAIN_V6 = WEIR_ETH_LENGTH + 40,
};

/* at: of the transport header, in memory as far as 8 bytes; length: of the frame. */
static __always_inline bool plain_transport(
	struct weir_cursor *c, struct weir_packet *p, const __u8 *at, __u32 offset, __u8 protocol)
{
	__u32 header, bits;

	c->tcp = 0;
	p->tcp_flags = 0;
	p->payload = 0;
	p->fragment = WEIR_FRAGMENT_NONE;
	p->kind = WEIR_PACKET_FLOW;
	if (protocol == WEIR_PROTO_TCP) {
		if ((const void *)(at + 20) > c->data_end)
			return false;
		bits = raw_be16(at + 12);
		header = (bits & 0xF0) >> 2;
		p->tcp_flags = bits >> 8;
		if (header < 20 || offset + header > c->frame)
			return false;
		c->tcp = at;
		p->header_length = offset + header;
		p->payload = c->frame - p->header_length;
	} else if (protocol == WEIR_PROTO_UDP) {
		if (load_be16(at + 4) + offset != c->frame)
			return false;
		p->header_length = offset + 8;
	} else if (protocol == WEIR_PROTO_SCTP) {
		if ((const void *)(at + 12) > c->data_end || offset + 12 > c->frame)
			return false;
		p->header_length = offset + 12;
	} else {
		return false;
	}
	p->key.protocol = protocol;
	key_ports(&p->key, p->direction, raw_be16(at), raw_be16(at + 2));
	return true;
}

/* Flags that parse.h calls malformed. */
static __always_inline bool plain_contradicts(const struct weir_packet *p)
{
	return p->tcp_flags & WEIR_TCP_SYN && p->tcp_flags & (WEIR_TCP_FIN | WEIR_TCP_RST);
}

/* RFC 791. The first 42 bytes of the frame are in memory. */
static __always_inline bool plain_v4(struct weir_cursor *c, struct weir_packet *p)
{
	const __u8 *at = (const __u8 *)c->data + WEIR_ETH_LENGTH;
	__u32 head = raw_be32(at); /* version and length, DSCP and ECN, total length */

	if ((head & 0xFF) != 0x45 || bpf_ntohs(head >> 16) + WEIR_ETH_LENGTH != c->frame)
		return false;
	if (raw_be16(at + 6) & bpf_htons(0x3FFF))
		return false;
	p->ecn = head >> 8 & 3;
	p->dscp = head >> 10 & 0x3F;
	p->fragment_id = raw_be16(at + 4);
	p->fragment_protocol = at[9];
	key_addresses_v4(&p->key, p->direction, raw_be32(at + 12), raw_be32(at + 16));
	return plain_transport(c, p, at + 20, WEIR_PLAIN_V4, at[9]);
}

/* RFC 8200. The first 62 bytes of the frame are in memory. */
static __always_inline bool plain_v6(struct weir_cursor *c, struct weir_packet *p)
{
	const __u8 *at = (const __u8 *)c->data + WEIR_ETH_LENGTH;
	__u32 head = bpf_ntohl(raw_be32(at)); /* version, DSCP and ECN, flow label */

	if (head >> 28 != 6 || load_be16(at + 4) + WEIR_PLAIN_V6 != c->frame)
		return false;
	p->ecn = head >> 20 & 3;
	p->dscp = head >> 22 & 0x3F;
	key_addresses_v6(&p->key, p->direction, at + 8, at + 24);
	return plain_transport(c, p, at + 40, WEIR_PLAIN_V6, at[6]);
}

static __always_inline bool plain_has(const struct weir_cursor *c, __u32 size)
{
	return (const __u8 *)c->data + size <= (const __u8 *)c->data_end;
}

/* All of a plain packet, as weir_parse() has it; p as it wants it. */
static __always_inline int parse_plain(struct weir_cursor *c, struct weir_packet *p)
{
	const __u8 *at = c->data;
	__be16 ethertype;

	if (!plain_has(c, WEIR_PLAIN_V4 + 8))
		return WEIR_PARSE_FULL;
	p->source_mac = (__u64)raw_be32(at + 6) | (__u64)raw_be16(at + 10) << 32;
	ethertype = raw_be16(at + 12);
	if (ethertype == bpf_htons(WEIR_ETHERTYPE_IPV4)) {
		if (!plain_v4(c, p))
			return WEIR_PARSE_FULL;
	} else if (ethertype != bpf_htons(WEIR_ETHERTYPE_IPV6) ||
		   !plain_has(c, WEIR_PLAIN_V6 + 8) || !plain_v6(c, p)) {
		return WEIR_PARSE_FULL;
	}
	return plain_contradicts(p) ? WEIR_PARSE_FULL : WEIR_PARSE_OK;
}

#endif
