/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * parse.h - the header cursor: Ethernet, VLAN, IPv4, IPv6, TCP, UDP, SCTP, ICMP, ICMPv6.
 *
 * Every bounds check of packet data lives here. No BPF helper is called, so that the same code is
 * built for the host and fuzzed there (bpf/fuzz). It fails closed: whatever is not understood has a
 * reason. Sources: RFC 791, 8200, 9293, 768, 9260, 792, 4443, 4861, IEEE 802.1Q.
 */
#ifndef WEIR_PARSE_H
#define WEIR_PARSE_H

#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include "abi.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

enum weir_packet_kind {
	WEIR_PACKET_FLOW = 0,       /* has a flow key */
	WEIR_PACKET_ICMP_ERROR = 1, /* has a flow key and quotes another */
	WEIR_PACKET_NEIGHBOUR = 2,
	WEIR_PACKET_NON_IP = 3,
};

enum weir_fragment_kind {
	WEIR_FRAGMENT_NONE = 0,
	WEIR_FRAGMENT_FIRST = 1,
	WEIR_FRAGMENT_LATER = 2, /* carries no transport header */
};

enum weir_tcp_bits {
	WEIR_TCP_FIN = 0x01,
	WEIR_TCP_SYN = 0x02,
	WEIR_TCP_RST = 0x04,
	WEIR_TCP_ACK = 0x10,
};

/* What the parser found. */
struct weir_packet {
	struct weir_flow_key key;
	struct weir_flow_key
		quoted;   /* ICMP errors: the flow they are about; endpoint 0 = unreadable */
	__u64 source_mac; /* the six bytes, in the low end as loaded */
	__u64 hash;       /* of the key, by hash_words(); the parser leaves it alone */
	__u32 bytes;
	__u32 packets;
	__be32 fragment_id;
	__u32 header_length; /* from the start of the frame to the transport payload */
	__u32 payload;       /* TCP: bytes of data */
	const __u8 *tcp;     /* quick parse: the header, for parse_tcp_numbers(); null: no TCP */
	__u32 seq;           /* TCP */
	__u32 ack;
	__u16 window;
	__u16 vlan; /* the parser leaves it alone: the tag is not always in the frame */
	__u8 direction;
	__u8 kind;
	__u8 fragment;
	__u8 tcp_flags;
	__u8 dscp;
	__u8 ecn;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 fragment_protocol; /* that all fragments of a datagram name */
};

/* Results beside enum weir_reason: */
#define WEIR_PARSE_OK   0
#define WEIR_PARSE_MORE (-1) /* the header lies beyond data_end but within the frame */
#define WEIR_PARSE_FULL (-2) /* not one of the plain packets that the quick parse is for */

/* Quick: plain packets only, all offsets constant; full: everything. */
enum weir_parse_mode {
	WEIR_QUICK = 0,
	WEIR_FULL = 1,
};

/* Offsets are kept below this, so that the verifier can follow them. */
#define WEIR_PARSE_LIMIT       2048
#define WEIR_EXTENSION_HEADERS 8
#define WEIR_VLAN_TAGS         2

enum {
	WEIR_ETH_LENGTH = 14,
	WEIR_ETHERTYPE_IPV4 = 0x0800,
	WEIR_ETHERTYPE_ARP = 0x0806,
	WEIR_ETHERTYPE_IPV6 = 0x86DD,
	WEIR_ETHERTYPE_8021Q = 0x8100,
	WEIR_ETHERTYPE_8021AD = 0x88A8,

	WEIR_PROTO_HOP_BY_HOP = 0,
	WEIR_PROTO_ICMP = 1,
	WEIR_PROTO_TCP = 6,
	WEIR_PROTO_UDP = 17,
	WEIR_PROTO_ROUTING = 43,
	WEIR_PROTO_FRAGMENT = 44,
	WEIR_PROTO_AUTHENTICATION = 51,
	WEIR_PROTO_ICMPV6 = 58,
	WEIR_PROTO_DESTINATION = 60,
	WEIR_PROTO_SCTP = 132,
	WEIR_PROTO_MOBILITY = 135,
};

struct weir_cursor {
	const void *data;
	const void *data_end;
	__u32 frame;  /* length of the frame, whether or not all of it lies before data_end */
	__u32 offset; /* of the header to read next */
	__u32 end;    /* of the IP packet, as its header says */
	__u8 gso;     /* lengths in the headers may be zero (BIG TCP) */
	__u8 mode;    /* enum weir_parse_mode, a constant */
};

/* Points at size bytes from the cursor on; otherwise the reason in *why. */
static __always_inline const void *cursor_at(
	const struct weir_cursor *c, __u32 size, int malformed, int *why)
{
	__u32 offset = c->offset;
	const __u8 *at;

	/* Older verifiers have to see the check on the very register that is added. */
	if (c->mode == WEIR_FULL)
		asm volatile("" : "+r"(offset));
	if (offset > WEIR_PARSE_LIMIT) {
		*why = WEIR_REASON_EXTENSION_HEADERS;
		return 0;
	}
	at = (const __u8 *)c->data + offset;
	if ((const void *)(at + size) > c->data_end) {
		*why = offset + size <= c->frame ? WEIR_PARSE_MORE : malformed;
		return 0;
	}
	return at;
}

/*
 * Loads as they lie in memory. Packets are not aligned; the kernels we run on load them in one go
 * all the same (CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS), where clang would go byte by byte if it
 * were told.
 */
static __always_inline __be16 raw_be16(const void *at)
{
#ifdef __bpf__
	return *(const __be16 *)at;
#else
	__be16 value;

	__builtin_memcpy(&value, at, sizeof(value));
	return value;
#endif
}

static __always_inline __be32 raw_be32(const void *at)
{
#ifdef __bpf__
	return *(const __be32 *)at;
#else
	__be32 value;

	__builtin_memcpy(&value, at, sizeof(value));
	return value;
#endif
}

static __always_inline __be64 raw_be64(const void *at)
{
#ifdef __bpf__
	return *(const __be64 *)at;
#else
	__be64 value;

	__builtin_memcpy(&value, at, sizeof(value));
	return value;
#endif
}

static __always_inline __u16 load_be16(const void *at)
{
	return bpf_ntohs(raw_be16(at));
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "keys are put together as words");

/*
 * Keys are written in whole words, as the hash and the comparison read them: a load that spans two
 * stores waits until both are in the cache.
 */
static __always_inline void address_map_v4(__be32 *address, __be32 v4)
{
	__u64 *word = (__u64 *)address;

	word[0] = 0;
	word[1] = (__u64)v4 << 32 | bpf_htonl(0xFFFF);
}

static __always_inline void address_copy_v6(__be32 *address, const void *from)
{
	__u64 *word = (__u64 *)address;

	word[0] = raw_be64(from);
	word[1] = raw_be64((const __u8 *)from + 8);
}

/* The container is the source of what leaves it and the destination of what reaches it. */
static __always_inline void key_ports(
	struct weir_flow_key *key, __u8 direction, __be16 source, __be16 destination)
{
	__be16 local = direction == WEIR_EGRESS ? source : destination;
	__be16 remote = direction == WEIR_EGRESS ? destination : source;

	((__u64 *)key)[4] = local | (__u64)remote << 16 | (__u64)key->endpoint << 32 |
			    (__u64)key->protocol << 48;
}

static __always_inline void key_addresses_v4(
	struct weir_flow_key *key, __u8 direction, __be32 source, __be32 destination)
{
	address_map_v4(key->local, direction == WEIR_EGRESS ? source : destination);
	address_map_v4(key->remote, direction == WEIR_EGRESS ? destination : source);
}

static __always_inline void key_addresses_v6(
	struct weir_flow_key *key, __u8 direction, const void *source, const void *destination)
{
	address_copy_v6(key->local, direction == WEIR_EGRESS ? source : destination);
	address_copy_v6(key->remote, direction == WEIR_EGRESS ? destination : source);
}

/* An echo identifier is the port of the side that asked. */
static __always_inline void key_echo(
	struct weir_flow_key *key, __u8 direction, int request, __be16 identifier)
{
	if ((direction == WEIR_EGRESS) == !!request)
		key->local_port = identifier;
	else
		key->remote_port = identifier;
}

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
	if (c->mode == WEIR_QUICK)
		return WEIR_PARSE_OK;
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
	if (c->mode == WEIR_QUICK && (length != 20 || fragment & 0x3FFF))
		return WEIR_PARSE_FULL;
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
	c->offset += c->mode == WEIR_QUICK ? 20 : length;
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
	if (c->mode == WEIR_QUICK)
		return WEIR_PARSE_FULL;
	return parse_ipv6_extensions(c, p, at[6]);
}

/* Apart from the rest, because a packet that is only looked up has no use for them. */
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
	if (c->mode == WEIR_QUICK)
		p->tcp = at;
	else
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
	} else if ((at[0] >= 130 && at[0] <= 132) || at[0] == 143) {
		if (hop_limit == 1 && p->fragment == WEIR_FRAGMENT_NONE)
			p->kind = WEIR_PACKET_NEIGHBOUR;
	} else if (at[0] >= 1 && at[0] <= 4 && p->fragment == WEIR_FRAGMENT_NONE) {
		p->kind = WEIR_PACKET_ICMP_ERROR;
		parse_quoted(c, p, p->direction, 1);
	}
	return WEIR_PARSE_OK;
}

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
	default:
		break;
	}
	if (c->mode == WEIR_QUICK)
		return WEIR_PARSE_FULL;
	switch (p->key.protocol) {
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
 * WEIR_PARSE_MORE (make more of the frame linear and call again), WEIR_PARSE_FULL (call again in
 * that mode) or the enum weir_reason to drop it for.
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
	if (c->mode == WEIR_QUICK)
		return WEIR_PARSE_FULL;
	p->kind = ethertype == WEIR_ETHERTYPE_ARP ? WEIR_PACKET_NEIGHBOUR : WEIR_PACKET_NON_IP;
	return WEIR_PARSE_OK;
}

#endif
