/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* network.h - Ethernet, VLAN (IEEE 802.1Q), IPv4 (RFC 791), IPv6 and its headers (RFC 8200). */
#ifndef WEIR_NETWORK_H
#define WEIR_NETWORK_H

#include "cursor.h"

static __always_inline int parse_link(
	struct weir_cursor *c, struct weir_packet *p, __u16 *ethertype)
{
	const __u8 *at;
	int why = 0;
	int tags;

	at = cursor_at(c, WEIR_ETH_LENGTH, WEIR_REASON_MALFORMED_LINK, &why);
	if (!at)
		return why;
	p->source_mac = (__u64)raw_be32(at + 6) | (__u64)raw_be16(at + 10) << 32;
	*ethertype = load_be16(at + 12);
	c->offset = WEIR_ETH_LENGTH;
	for (tags = 0; tags <= WEIR_VLAN_TAGS; tags++) {
		if (*ethertype != WEIR_ETHERTYPE_8021Q && *ethertype != WEIR_ETHERTYPE_8021AD)
			return WEIR_PARSE_OK;
		at = cursor_at(c, 4, WEIR_REASON_MALFORMED_LINK, &why);
		if (!at)
			return why;
		*ethertype = load_be16(at + 2);
		c->offset += 4;
	}
	return WEIR_REASON_MALFORMED_LINK;
}

/* RFC 826, for Ethernet and IPv4; a request tells who asks just as a reply does. */
static __always_inline int parse_arp(struct weir_cursor *c, struct weir_packet *p)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 28, WEIR_REASON_MALFORMED_LINK, &why);
	if (!at)
		return why;
	p->kind = WEIR_PACKET_NEIGHBOUR;
	if (load_be16(at) != 1 || load_be16(at + 2) != WEIR_ETHERTYPE_IPV4)
		p->kind = WEIR_PACKET_NON_IP;
	address_map_v4(p->claimed, raw_be32(at + 14));
	p->claimed_mac = (__u64)raw_be32(at + 8) | (__u64)raw_be16(at + 12) << 32;
	return WEIR_PARSE_OK;
}

static __always_inline int parse_ipv4(struct weir_cursor *c, struct weir_packet *p)
{
	const __u8 *at;
	__u32 length, total;
	__u16 fragment;
	int why = 0;

	at = cursor_at(c, 20, WEIR_REASON_MALFORMED_IPV4, &why);
	if (!at)
		return why;
	length = (at[0] & 0x0F) * 4;
	total = load_be16(at + 2);
	if (at[0] >> 4 != 4 || length < 20)
		return WEIR_REASON_MALFORMED_IPV4;
	if (total == 0 && c->gso)
		total = c->frame - c->offset;
	if (total < length || c->offset + total > c->frame)
		return WEIR_REASON_MALFORMED_IPV4;
	fragment = load_be16(at + 6);
	if (fragment & 0x1FFF)
		p->fragment = WEIR_FRAGMENT_LATER;
	else if (fragment & 0x2000)
		p->fragment = WEIR_FRAGMENT_FIRST;
	p->fragment_id = raw_be16(at + 4);
	p->dscp = at[1] >> 2;
	p->ecn = at[1] & 3;
	p->key.protocol = at[9];
	p->fragment_protocol = at[9];
	key_addresses_v4(&p->key, p->direction, raw_be32(at + 12), raw_be32(at + 16));
	c->end = c->offset + total;
	c->offset += length;
	return WEIR_PARSE_OK;
}

/*
 * RFC 8200 4: eight octets and at[1] times eight more; the fragment header says 0 there. Only the
 * authentication header counts in fours (RFC 4302 2.2). Without a branch: the verifier would walk
 * each turn of the loop for each kind of header.
 */
static __always_inline __u32 extension_length(const __u8 *at, __u8 next)
{
	__u32 fours = ((__u32)(next ^ WEIR_PROTO_AUTHENTICATION) - 1) >> 31;

	asm volatile("" : "+r"(fours));
	return (at[1] + 1 + fours) << (3 - fours);
}

/* Walks the extension headers (RFC 8200 4). Leaves the cursor at the upper-layer header. */
static __always_inline int parse_ipv6_extensions(
	struct weir_cursor *c, struct weir_packet *p, __u8 next)
{
	const __u8 *at;
	int why = 0;
	int i;

	for (i = 0; i < WEIR_EXTENSION_HEADERS; i++) {
		if (next != WEIR_PROTO_HOP_BY_HOP && next != WEIR_PROTO_ROUTING &&
			next != WEIR_PROTO_FRAGMENT && next != WEIR_PROTO_AUTHENTICATION &&
			next != WEIR_PROTO_DESTINATION && next != WEIR_PROTO_MOBILITY) {
			p->key.protocol = next;
			return WEIR_PARSE_OK;
		}
		at = cursor_at(c, 8, WEIR_REASON_MALFORMED_IPV6, &why);
		if (!at)
			return why;
		if (next == WEIR_PROTO_FRAGMENT) {
			__u16 field = load_be16(at + 2);

			if (at[1])
				return WEIR_REASON_MALFORMED_IPV6;
			p->fragment_id = raw_be32(at + 4);
			p->fragment_protocol = at[0];
			if (field & 0xFFF8) {
				p->fragment = WEIR_FRAGMENT_LATER;
				p->key.protocol = at[0];
				c->offset += 8;
				return c->offset <= c->end ? WEIR_PARSE_OK
							   : WEIR_REASON_MALFORMED_IPV6;
			}
			p->fragment = field & 1 ? WEIR_FRAGMENT_FIRST : WEIR_FRAGMENT_NONE;
		}
		c->offset += extension_length(at, next);
		next = at[0];
		if (c->offset > c->end)
			return WEIR_REASON_MALFORMED_IPV6;
	}
	return WEIR_REASON_EXTENSION_HEADERS;
}

static __always_inline int parse_ipv6(struct weir_cursor *c, struct weir_packet *p, __u8 *hop_limit)
{
	const __u8 *at;
	__u32 payload;
	int why = 0;

	at = cursor_at(c, 40, WEIR_REASON_MALFORMED_IPV6, &why);
	if (!at)
		return why;
	payload = load_be16(at + 4);
	if (at[0] >> 4 != 6)
		return WEIR_REASON_MALFORMED_IPV6;
	if (payload == 0 && c->gso)
		payload = c->frame - c->offset - 40;
	if (c->offset + 40 + payload > c->frame)
		return WEIR_REASON_MALFORMED_IPV6;
	*hop_limit = at[7];
	p->dscp = (__u8)(load_be16(at) >> 6) & 0x3F;
	p->ecn = at[1] >> 4 & 3;
	key_addresses_v6(&p->key, p->direction, at + 8, at + 24);
	c->offset += 40;
	c->end = c->offset + payload;
	if (at[6] == WEIR_PROTO_TCP || at[6] == WEIR_PROTO_UDP) {
		p->key.protocol = at[6];
		return WEIR_PARSE_OK;
	}
	return parse_ipv6_extensions(c, p, at[6]);
}

#endif
