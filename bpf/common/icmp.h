/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* icmp.h - ICMP (RFC 792) and ICMPv6 (RFC 4443), and the packets that their errors quote. */
#ifndef WEIR_ICMP_H
#define WEIR_ICMP_H

#include "cursor.h"

/*
 * The packet that an ICMP error quotes went the other way: its source is where the error goes to.
 * What cannot be read leaves quoted.endpoint 0: such an error is related to nothing.
 */
static __always_inline void parse_quoted_ports(
	const struct weir_cursor *c, struct weir_packet *p, __u8 direction, int echo_request)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 8, WEIR_REASON_MALFORMED_TRANSPORT, &why);
	if (!at || c->offset + 8 > c->end)
		return;
	if (p->quoted.protocol == WEIR_PROTO_TCP || p->quoted.protocol == WEIR_PROTO_UDP ||
		p->quoted.protocol == WEIR_PROTO_SCTP)
		key_ports(&p->quoted, direction, raw_be16(at), raw_be16(at + 2));
	else if ((p->quoted.protocol == WEIR_PROTO_ICMP ||
			 p->quoted.protocol == WEIR_PROTO_ICMPV6) &&
		 (at[0] == echo_request || at[0] == (echo_request == 8 ? 0 : 129)))
		key_echo(&p->quoted, direction, at[0] == echo_request, raw_be16(at + 4));
	p->quoted.endpoint = p->key.endpoint;
}

static __always_inline void parse_quoted(
	struct weir_cursor *c, struct weir_packet *p, __u8 direction, int ipv6)
{
	__u8 quoted_direction = direction == WEIR_EGRESS ? WEIR_INGRESS : WEIR_EGRESS;
	const __u8 *at;
	__u32 length;
	int why = 0;

	c->offset += 8;
	if (ipv6) {
		at = cursor_at(c, 40, WEIR_REASON_MALFORMED_TRANSPORT, &why);
		if (!at || at[0] >> 4 != 6)
			return;
		p->quoted.protocol = at[6];
		key_addresses_v6(&p->quoted, quoted_direction, at + 8, at + 24);
		c->offset += 40;
		parse_quoted_ports(c, p, quoted_direction, 128);
		return;
	}
	at = cursor_at(c, 20, WEIR_REASON_MALFORMED_TRANSPORT, &why);
	if (!at)
		return;
	length = (at[0] & 0x0F) * 4;
	if (at[0] >> 4 != 4 || length < 20 || load_be16(at + 6) & 0x1FFF)
		return;
	p->quoted.protocol = at[9];
	key_addresses_v4(&p->quoted, quoted_direction, raw_be32(at + 12), raw_be32(at + 16));
	c->offset += length;
	parse_quoted_ports(c, p, quoted_direction, 8);
}

/* RFC 792: 3 unreachable, 4 source quench, 5 redirect, 11 time exceeded, 12 parameter problem. */
static __always_inline int icmp_is_error(__u8 type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static __always_inline int parse_icmp(struct weir_cursor *c, struct weir_packet *p, int cut)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 8, cut, &why);
	if (!at)
		return why;
	if (c->offset + 8 > c->end)
		return cut;
	p->icmp_type = at[0];
	p->icmp_code = at[1];
	p->header_length = c->offset + 8;
	if (at[0] == 8 || at[0] == 0) {
		key_echo(&p->key, p->direction, at[0] == 8, raw_be16(at + 4));
	} else if (icmp_is_error(at[0]) && p->fragment == WEIR_FRAGMENT_NONE) {
		p->kind = WEIR_PACKET_ICMP_ERROR;
		parse_quoted(c, p, p->direction, 0);
	}
	return WEIR_PARSE_OK;
}

/* RFC 4861 4.4: whoever believes it sends what is for the target to the MAC it came from. */
static __always_inline int parse_advertisement(
	const struct weir_cursor *c, struct weir_packet *p, int cut)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 24, cut, &why);
	if (!at)
		return why;
	if (c->offset + 24 > c->end)
		return cut;
	address_copy_v6(p->claimed, at + 8);
	p->claimed_mac = p->source_mac;
	return WEIR_PARSE_OK;
}

/* RFC 4443: errors are below 128. RFC 4861: 133-137, hop limit 255. RFC 2710, 3810: 130-132, 143.
 */
static __always_inline int parse_icmpv6(
	struct weir_cursor *c, struct weir_packet *p, int cut, __u8 hop_limit)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 8, cut, &why);
	if (!at)
		return why;
	if (c->offset + 8 > c->end)
		return cut;
	p->icmp_type = at[0];
	p->icmp_code = at[1];
	p->header_length = c->offset + 8;
	if (at[0] == 128 || at[0] == 129) {
		key_echo(&p->key, p->direction, at[0] == 128, raw_be16(at + 4));
	} else if (at[0] >= 133 && at[0] <= 137) {
		if (hop_limit == 255 && p->fragment == WEIR_FRAGMENT_NONE)
			p->kind = WEIR_PACKET_NEIGHBOUR;
		if (at[0] == 136)
			return parse_advertisement(c, p, cut);
	} else if ((at[0] >= 130 && at[0] <= 132) || at[0] == 143) {
		if (hop_limit == 1 && p->fragment == WEIR_FRAGMENT_NONE)
			p->kind = WEIR_PACKET_NEIGHBOUR;
	} else if (at[0] >= 1 && at[0] <= 4 && p->fragment == WEIR_FRAGMENT_NONE) {
		p->kind = WEIR_PACKET_ICMP_ERROR;
		parse_quoted(c, p, p->direction, 1);
	}
	return WEIR_PARSE_OK;
}

#endif
