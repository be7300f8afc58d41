/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* abi_flow.h - part of abi.h: flows, connections, denied traffic and fragments, and the events that
 * tell of them. */
#ifndef WEIR_ABI_FLOW_H
#define WEIR_ABI_FLOW_H

#include "abi_size.h"

/*
 * A flow, seen from the container, so that both hooks and both directions meet in one entry.
 * IPv4 addresses are mapped (::ffff:a.b.c.d, RFC 4291 2.5.5.2).
 * ICMP echo: the identifier is the port of the side that sent the request, the other port is 0.
 * Other ICMP and portless protocols: both ports 0.
 *
 *    0        16       32      34      36      38      39    40
 *    +--------+--------+-------+-------+-------+-------+-----+
 *    | local  | remote | lport | rport | endpt | proto |  0  |
 *    +--------+--------+-------+-------+-------+-------+-----+
 */
struct weir_flow_key {
	__be32 local[4];
	__be32 remote[4];
	__be16 local_port;
	__be16 remote_port;
	__u16 endpoint; /* index into weir_endpoints, never 0 */
	__u8 protocol;  /* IANA protocol number */
	__u8 zero;
};

/* Bits 0..15 of weir_flow.bytes[WEIR_EGRESS]. Pairs by direction. */
enum weir_flow_marks {
	WEIR_MARK_ANSWERS_INGRESS = 1, /* the cache has the verdict on packets of this direction */
	WEIR_MARK_ANSWERS_EGRESS = 2,
	WEIR_MARK_NEXT_INGRESS = 4, /* next_seq of the direction is known */
	WEIR_MARK_NEXT_EGRESS = 8,
	WEIR_MARK_SAMPLED = 16,  /* a round-trip sample was begun, ever */
	WEIR_MARK_TIMED = 32,    /* in the jiffy last_seen */
	WEIR_MARK_VERIFIED = 64, /* local address is the endpoint's own */
	WEIR_MARK_ECN = 0x100,   /* and the next three bits: codepoint n of RFC 3168 5 was seen */
	/* And the next two: enum weir_reason; what is denied has no entry. */
	WEIR_MARK_REASON = 0x1000,
};

enum weir_flow_flags {
	WEIR_FLOW_OPENED_BY_LOCAL = 1, /* the container sent the first packet */
	WEIR_FLOW_REPLIED = 2,         /* both sides have sent */
	WEIR_FLOW_UNCACHED = 4, /* counts only; the verdict is decided anew for each packet */
	WEIR_FLOW_WATCHED = 8,  /* each packet has to come by weir_decide(): dns.h */
};

enum weir_flow_known {
	WEIR_KNOWN_NUMBERS = 1, /* TCP's numbers are followed: what insight does not tell is zero */
	WEIR_KNOWN_INSIGHT = 2, /* insight is of this flow; else what it says means nothing */
};

/*
 * What TCP's sequence numbers tell of a flow. Counters only grow, and may wrap: readers take
 * differences. Data that was seen before here, or that the container sends below the highest it
 * sent, is sent again (retransmitted). Data for the container that fills a gap was not seen
 * (out_of_order): it was late, or lost on its way here and sent again.
 */
#define WEIR_RTT_BUCKETS 24
struct weir_insight {
	__u32 gap_start[2]; /* by direction, as all pairs here */
	__u32 gap_end[2];   /* sequence numbers not seen yet; equal: none */
	__u32 retransmitted_packets[2];
	__u32 retransmitted_bytes[2]; /* of payload */
	__u32 out_of_order[2];
	__u16 zero_windows[2]; /* packets that offered none */

	/* Round trips: what the container sent until the peer acknowledged it. */
	__u32 rtt_min_ns;
	__u32 rtt_count;
	__u32 rtt_sum; /* in units of 256 ns */
	__u32 zero;
	/* 0: below 2^14 ns; 1-16: half octaves up to 2^22 ns; 17-22: octaves up to 2^28; 23: above.
	 */
	__u16 rtt_histogram[WEIR_RTT_BUCKETS];
};

/*
 * One entry of the per-CPU flow cache: the one cache line that a packet of a flow already decided
 * touches. Counters only grow while the epoch stands, and wrap: readers take differences. A GSO
 * packet counts the segments that the stack makes of it, with the Ethernet header of each. What
 * wants fewer bits than a word has lies below the counters:
 *
 *                  63         24 23       16 15         0
 *                 +-------------+-----------+------------+
 *    packets[in]  |   packets   | TCP flags |  revision  |
 *    packets[out] |   packets   | TCP flags |    rule    |
 *                 +-------------+-----+-----+------------+
 *    bytes[in]    |       bytes       |      epoch       |
 *    bytes[out]   |       bytes       |      marks       |
 *                 +-------------------+------------------+
 *
 * TCP flags: union of those seen in this direction. Revision: low half of the verdict's.
 *
 * The writer makes the epoch odd while it hands the entry to another flow, so a reader that sees
 * the same even epoch before and after has one flow, also in its detail. 0: never used. It goes on
 * by 4 where what the flow counted was handed to user space, or added to overflow; by 2 where user
 * space had it already (weir_control.flows_known). Of entries that changed hands since it looked,
 * only the first can have been known: bit 1 says whether it was.
 */
struct weir_flow {
	__u64 addresses; /* IPv4: local in the low half, remote in the high one; IPv6: a product of
			    both, and the detail has them whole */
	__be16 local_port;
	__be16 remote_port;
	__u16 endpoint; /* with WEIR_FLOW_IPV6; 0: never used */
	__u8 protocol;
	__u8 told;        /* steps whenever the detail changes, up to eight times a packet */
	__u64 packets[2]; /* by direction, as all pairs here */
	__u64 bytes[2];
	__u32 last_seen;
	__u32 next_seq[2]; /* TCP: after the highest data seen */
	__u32 acked;       /* TCP: last acknowledged to the container */
};

#define WEIR_FLOW_IPV6       0x8000
#define WEIR_FLOW_PACKETS    24 /* shifts */
#define WEIR_FLOW_TCP_FLAGS  16
#define WEIR_FLOW_BYTES      16
#define WEIR_FLOW_LOW_HALVES 0xFFFFull /* revision, rule, epoch, marks */

/*
 * weir_flow_details: what the flow of the entry with the same number has beside it. The first line
 * is written with a new flow, and where a connection's state changes; the rest by insight.h alone.
 */
struct weir_flow_detail {
	__be32 local[4]; /* as in struct weir_flow_key */
	__be32 remote[4];
	__u32 created; /* weir_connection.created: tells connections with one key apart, on any CPU
			*/
	__u32 first_seen;
	__u32 policy; /* weir_connection.policy, should conntrack have to be told again */
	__u32 remote_identity;
	__u32 handshake_network_ns;   /* time the network took: SYN to SYN-ACK, or SYN-ACK to ACK */
	__u32 handshake_container_ns; /* time the container took for the other half; 0 = not seen */
	__u8 flags;                   /* enum weir_flow_flags */
	__u8 state;                   /* enum weir_tcp_state */
	__u8 known;                   /* enum weir_flow_known */
	__u8 dscp;                    /* of the first packet, RFC 2474 */
	__u8 icmp_type;
	__u8 icmp_code;
	__u16 vlan; /* identifier of the outermost tag of the first packet, 0 = none */
	struct weir_insight insight;
	__u32 zero[5];
};

enum weir_tcp_state {
	WEIR_TCP_NONE = 0,
	WEIR_TCP_SYN_SENT = 1,
	WEIR_TCP_SYN_ACKED = 2,
	WEIR_TCP_ESTABLISHED = 3,
	WEIR_TCP_CLOSING = 4, /* one side sent FIN */
	WEIR_TCP_CLOSED = 5,  /* both sides sent FIN */
	WEIR_TCP_RESET = 6,   /* reset by either side after it was established */
	WEIR_TCP_REFUSED = 7, /* the answer to the SYN was a reset */
};

/* weir_flows: buckets of four ways searched in line. */
#define WEIR_FLOW_WAYS 4
struct weir_flow_bucket {
	struct weir_flow way[WEIR_FLOW_WAYS];
};

/*
 * weir_flow_stamps, one of each CPU: when an entry of each part of its region was last written to.
 * Whoever finds the stamp of a part as it was has nothing to read there. Written with the first
 * packet of a flow in a jiffy: others of that jiffy may be counted after it was read.
 */
#define WEIR_FLOW_PARTS 64
struct weir_flow_stamps {
	__u32 written[WEIR_FLOW_PARTS];
};

enum weir_connection_flags {
	WEIR_CONNECTION_REPLIED = 1,
	WEIR_CONNECTION_ADOPTED =
		2, /* found open at attach; kept while the endpoint's policy stands */
	WEIR_CONNECTION_FIN_LOCAL = 4,
	WEIR_CONNECTION_FIN_REMOTE = 8,
	WEIR_CONNECTION_LOCAL_VERIFIED = 16,
};

/* One connection of weir_conntrack. */
struct weir_connection {
	struct weir_flow_key key;
	__u32 revision; /* the verdict was decided under it */
	__u32 policy;   /* number of the endpoint's policy then */
	__u32 rule;
	__u32 remote_identity;
	__u32 created;
	__u8 verdict;
	__u8 reason;
	__u8 opener;   /* enum weir_direction of the first packet */
	__u8 state;    /* enum weir_tcp_state */
	__u64 step_ns; /* bpf_ktime_get_ns() at the last step of the handshake */
	__u32 handshake_network_ns;
	__u32 handshake_container_ns;
	__u8 flags; /* enum weir_connection_flags */
	__u8 zero[7];
};

/*
 * weir_conntrack: buckets shared by all CPUs; a connection may be in any way of its bucket,
 * searched from the way its hash names. A way that was used once never becomes NEVER again, which
 * ends a search. Who wants a way takes it by compare-and-swap of its tag to BUSY, writes the
 * connection, and publishes it with its own tag; nobody reads a way whose tag is not the one it
 * looks for. Where no way is free, the connection that would expire first makes room.
 */
enum weir_connection_tag {
	WEIR_TAG_NEVER = 0,
	WEIR_TAG_FREE = 1,
	WEIR_TAG_BUSY = 2,
	WEIR_TAG_USED = 4, /* set in every other tag; the rest are bits 32..63 of the key's hash */
};

#define WEIR_CONNECTION_WAYS 16
struct weir_connection_bucket {
	__u32 tag[WEIR_CONNECTION_WAYS];
	__u32 expires[WEIR_CONNECTION_WAYS]; /* when the connection is forgotten if nothing comes */
	struct weir_connection way[WEIR_CONNECTION_WAYS];
};

/*
 * weir_denied: denied traffic, one entry per (endpoint, addresses, service port, direction,
 * reason), so that what a container chooses freely (its source port) makes no new entries.
 */
struct weir_denied {
	__be32 local[4];
	__be32 remote[4];
	__be16 service_port; /* destination port of the opener's packet */
	__u16 endpoint;      /* 0: never used */
	__u8 protocol;
	__u8 direction; /* of the denied packet */
	__u8 reason;
	__u8 zero;
	__u32 revision;
	__u32 rule; /* of the denying rule; 0 = none */
	__u32 remote_identity;
	__u32 first_seen;
	__u32 last_seen;
	__u32 epoch;        /* as that of struct weir_flow */
	__be16 client_port; /* of the last packet */
	__u16 zero2;
	__u32 told; /* when it was last said whose packets these are, 0 = never */
	__u64 packets;
	__u64 bytes;
	__u64 spare[5];
};

#define WEIR_DENIED_WAYS 4
struct weir_denied_bucket {
	struct weir_denied way[WEIR_DENIED_WAYS];
};

/* weir_fragments: the ports of a datagram's first fragment, for the ones that follow. */
struct weir_fragment_key {
	__be32 local[4];
	__be32 remote[4];
	__be32 id; /* IPv4: 16 bits, RFC 791; IPv6: 32 bits, RFC 8200 4.5 */
	__u16 endpoint;
	__u8 protocol; /* IPv6: of the first header after the fragment header */
	__u8 direction;
};

struct weir_fragment {
	__be16 local_port;
	__be16 remote_port;
	__u32 seen;
	__u8 protocol; /* after all extension headers */
	__u8 zero[3];
};

enum weir_event_type {
	WEIR_EVENT_FLOW_EVICTED = 1,   /* the rest of struct weir_flow_event follows */
	WEIR_EVENT_DENIED_EVICTED = 2, /* struct weir_denied follows */
	WEIR_EVENT_DNS = 3,            /* in weir_dns: the rest of struct weir_dns_event */
};

/*
 * weir_event_logs, weir_process_logs: of each CPU, how many records of its region of weir_events or
 * weir_processes were written and read so far. Only its program writes the first line, and only
 * user space the second.
 */
struct weir_log {
	__u64 written;
	__u64 lost; /* that found the region full; of weir_events overflow says what */
	__u64 zero[6];
	__u64 read;
	__u64 zero2[7];
};

/* weir_events, weir_dns: the head of every record. */
struct weir_event {
	__u32 type;
	__u32 cpu;
	__u32 slot; /* index of the entry in its CPU's region: bucket * ways + way */
	__u32 zero;
};

struct weir_flow_event {
	struct weir_event head;
	struct weir_flow flow;
	struct weir_flow_detail detail;
};

struct weir_denied_event {
	struct weir_event head;
	struct weir_denied denied;
};

/* weir_events: a record; the shorter one leaves its end as it was. */
union weir_eviction {
	struct weir_event head;
	struct weir_flow_event flow;
	struct weir_denied_event denied;
};

/*
 * weir_dns: a DNS message over UDP, or a segment of DNS over TCP, that was let through. The record
 * ends after length bytes.
 */
#define WEIR_DNS_PAYLOAD 512
#define WEIR_DNS_HEAD    72
struct weir_dns_event {
	struct weir_event head;
	struct weir_flow_key key;
	__u64 ktime_ns; /* CLOCK_MONOTONIC, when it passed the veth */
	__u16 length;   /* of payload; the message may have been longer */
	__u8 direction;
	__u8 zero;
	__u32 seq; /* TCP: of the payload's first byte */
	__u8 payload[WEIR_DNS_PAYLOAD];
};

WEIR_ASSERT_SIZE(weir_flow_key, 40);
WEIR_ASSERT_SIZE(weir_flow, 64);
WEIR_ASSERT_SIZE(weir_flow_detail, 192);
WEIR_ASSERT_SIZE(weir_flow_bucket, 256);
WEIR_ASSERT_SIZE(weir_flow_stamps, 256);
WEIR_ASSERT_SIZE(weir_insight, 108);
WEIR_ASSERT_SIZE(weir_connection, 88);
WEIR_ASSERT_SIZE(weir_connection_bucket, 1536);
WEIR_ASSERT_SIZE(weir_denied, 128);
WEIR_ASSERT_SIZE(weir_denied_bucket, 512);
WEIR_ASSERT_SIZE(weir_fragment_key, 40);
WEIR_ASSERT_SIZE(weir_fragment, 12);
WEIR_ASSERT_SIZE(weir_event, 16);
WEIR_ASSERT_SIZE(weir_flow_event, 272);
WEIR_ASSERT_SIZE(weir_denied_event, 144);
WEIR_ASSERT_SIZE(weir_log, 128);
WEIR_ASSERT_SIZE(weir_dns_event, WEIR_DNS_HEAD + WEIR_DNS_PAYLOAD);

#endif
