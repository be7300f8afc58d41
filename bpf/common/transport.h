/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* transport.h - TCP (RFC 9293), UDP (RFC 768), SCTP (RFC 9260). */
#ifndef WEIR_TRANSPORT_H
#define WEIR_TRANSPORT_H

#include "cursor.h"

/* Apart from the rest: most plain packets have no use for them. */
static __always_inline void parse_tcp_numbers(struct weir_packet *p, const __u8 *tcp)
{
	p->seq = bpf_ntohl(raw_be32(tcp + 4));
	p->ack = bpf_ntohl(raw_be32(tcp + 8));
	p->window = load_be16(tcp + 14);
}

static __always_inline int parse_tcp(struct weir_cursor *c, struct weir_packet *p, int cut)
{
	const __u8 *at;
	__u32 length;
	int why = 0;

	at = cursor_at(c, 20, cut, &why);
	if (!at)
		return why;
	if (c->offset + 20 > c->end)
		return cut;
	length = (at[12] >> 4) * 4;
	if (length < 20)
		return WEIR_REASON_MALFORMED_TRANSPORT;
	if (c->offset + length > c->end)
		return cut;
	p->tcp_flags = at[13];
	if ((p->tcp_flags & WEIR_TCP_SYN) && (p->tcp_flags & (WEIR_TCP_FIN | WEIR_TCP_RST)))
		return WEIR_REASON_MALFORMED_TRANSPORT;
	key_ports(&p->key, p->direction, raw_be16(at), raw_be16(at + 2));
	p->header_length = c->offset + length;
	p->payload = c->end - p->header_length;
	parse_tcp_numbers(p, at);
	return WEIR_PARSE_OK;
}

static __always_inline int parse_udp(struct weir_cursor *c, struct weir_packet *p, int cut)
{
	const __u8 *at;
	__u32 length;
	int why = 0;

	at = cursor_at(c, 8, cut, &why);
	if (!at)
		return why;
	if (c->offset + 8 > c->end)
		return cut;
	length = load_be16(at + 4);
	if (length < 8 && !(length == 0 && c->gso))
		return WEIR_REASON_MALFORMED_TRANSPORT;
	/* The first fragment carries the length of the whole datagram. */
	if (p->fragment == WEIR_FRAGMENT_NONE && c->offset + length > c->end)
		return WEIR_REASON_MALFORMED_TRANSPORT;
	key_ports(&p->key, p->direction, raw_be16(at), raw_be16(at + 2));
	p->header_length = c->offset + 8;
	return WEIR_PARSE_OK;
}

static __always_inline int parse_sctp(struct weir_cursor *c, struct weir_packet *p, int cut)
{
	const __u8 *at;
	int why = 0;

	at = cursor_at(c, 12, cut, &why);
	if (!at)
		return why;
	if (c->offset + 12 > c->end)
		return cut;
	key_ports(&p->key, p->direction, raw_be16(at), raw_be16(at + 2));
	p->header_length = c->offset + 12;
	return WEIR_PARSE_OK;
}

#endif
