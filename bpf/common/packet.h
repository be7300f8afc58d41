/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* packet.h - what the parser finds in a frame, and how the key of its flow is put together. */
#ifndef WEIR_PACKET_H
#define WEIR_PACKET_H

#include "load.h"
#include "abi.h"

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
		quoted;    /* ICMP errors: the flow they are about; endpoint 0 = unreadable */
	__u64 source_mac;  /* the six bytes, in the low end as loaded */
	__be32 claimed[4]; /* ARP, neighbour advertisement: the address it says its sender has */
	__u64 claimed_mac; /* at this one, as source_mac; 0: neither of them */
	__u64 name[2];     /* what the flow cache knows the key by, by packet_hash(); the parser
			      leaves it alone */
	__u64 hash;        /* of the key, likewise */
	__u64 opener_hash; /* likewise, but 0 where nobody asked yet */
	__u64 ktime_ns;    /* CLOCK_MONOTONIC, where somebody asked: packet_time(); starts as 0 */
	__u32 bytes;
	__u32 packets;
	__be32 fragment_id;
	__u32 header_length; /* from the start of the frame to the transport payload */
	__u32 payload;       /* TCP: bytes of data */
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

/* The last word of the key of the flow that the other side has of the same packets. */
static __always_inline __u64 turned_ports(const struct weir_flow_key *key, __u32 endpoint)
{
	return key->remote_port | (__u64)key->local_port << 16 | (__u64)(__u16)endpoint << 32 |
	       (__u64)key->protocol << 48;
}

/* The packet that one container sends, as the other receives it. */
static __always_inline void packet_turn(struct weir_packet *p, __u32 endpoint)
{
	__u64 *word = (__u64 *)&p->key;
	__u64 first = word[0], second = word[1];

	word[4] = turned_ports(&p->key, endpoint);
	word[0] = word[2];
	word[1] = word[3];
	word[2] = first;
	word[3] = second;
	p->direction = WEIR_INGRESS;
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

#endif
