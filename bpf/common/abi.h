/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * abi.h - every byte that crosses the kernel/user boundary is described here.
 *
 *  1. Fixed-width types only; padding is a named field and is always zero.
 *  2. Members are naturally aligned, so the compiler adds no padding of its own.
 *  3. Network byte order is spelled in the type (__be16, __be32); all else is host order.
 *  4. Times are the low 32 bits of jiffies unless the name ends in _ns; compare them by difference.
 *  5. A change here bumps WEIR_ABI_VERSION; an agent that finds another number in the pinned
 *     weir_control map makes new tables before it breaks the old ones.
 *
 * Java twins: dev.weir.dataplane.layout; LayoutAgreementTest compares both with the compiler's BTF.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#define WEIR_ABI_VERSION 6u

/* As seen from the container: ingress is towards it. */
enum weir_direction {
	WEIR_INGRESS = 0,
	WEIR_EGRESS = 1,
};

enum weir_verdict {
	WEIR_DENIED = 0,
	WEIR_ALLOWED = 1,
	WEIR_AUDIT = 2, /* passed, but an audited policy would have denied it */
};

/*
 * Why a packet had its verdict. Append only; a retired number keeps its place.
 * Below WEIR_REASON_FIRST_DROP the packet passed. REST and CLI print the name in lower case with
 * dashes.
 */
enum weir_reason {
	WEIR_REASON_POLICY = 0, /* a rule allowed the connection */
	WEIR_REASON_NOT_ISOLATED =
		1,                 /* no policy isolates the endpoint in the opener's direction */
	WEIR_REASON_HOST = 2,      /* the endpoint's own node */
	WEIR_REASON_RELATED = 3,   /* ICMP error about a known connection */
	WEIR_REASON_NEIGHBOUR = 4, /* ARP, IPv6 neighbour discovery, multicast listener reports */
	WEIR_REASON_NON_IP = 5,    /* another protocol than IP, endpoint not isolated */
	WEIR_REASON_ADOPTED = 6,   /* open before the endpoint was attached */
	WEIR_REASON_AUDIT = 7,     /* denied by an audited policy, and passed */

	WEIR_REASON_NO_RULE = 8,          /* isolated, and no rule allows it */
	WEIR_REASON_DENY_RULE = 9,        /* a rule denies it */
	WEIR_REASON_CUT = 10,             /* established, then denied by a newer policy */
	WEIR_REASON_SPOOFED_ADDRESS = 11, /* source address is not the endpoint's */
	WEIR_REASON_SPOOFED_MAC = 12,     /* source MAC is not the endpoint's */
	WEIR_REASON_MALFORMED_LINK = 13,  /* Ethernet or VLAN header cut short, too many tags */
	WEIR_REASON_MALFORMED_IPV4 = 14,  /* RFC 791: version, IHL, total length */
	WEIR_REASON_MALFORMED_IPV6 = 15,  /* RFC 8200: version, payload length, header chain */
	WEIR_REASON_MALFORMED_TRANSPORT =
		16, /* TCP, UDP, SCTP or ICMP header cut short or senseless */
	WEIR_REASON_EXTENSION_HEADERS = 17, /* more IPv6 extension headers than the walk allows */
	WEIR_REASON_FRAGMENT_UNKNOWN =
		18, /* later fragment, first one not seen, endpoint isolated or rows deny */
	WEIR_REASON_MALFORMED_FRAGMENT = 19, /* first fragment too short for its transport header */
	WEIR_REASON_NON_IP_ISOLATED = 20,    /* another protocol than IP, likewise */
	WEIR_REASON_TABLE_FULL = 21,         /* the connection could not be remembered */
	WEIR_REASON_RESERVED_22 = 22,
	WEIR_REASON_RESERVED_23 = 23,

	WEIR_REASON_COUNT = 24,
	WEIR_REASON_FIRST_DROP = 8,
};

/* weir_peers, weir_cidrs_v4, weir_cidrs_v6: identities below WEIR_IDENTITY_FIRST are reserved. */
enum weir_identity {
	WEIR_IDENTITY_ANY = 0,   /* in a policy row: any peer */
	WEIR_IDENTITY_HOST = 1,  /* this node */
	WEIR_IDENTITY_WORLD = 2, /* no endpoint, no CIDR of any policy */
	WEIR_IDENTITY_FIRST = 256,
};

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

enum weir_flow_flags {
	WEIR_FLOW_LOCAL_VERIFIED =
		1, /* local address is the endpoint's own: from-container hits may be trusted */
	WEIR_FLOW_OPENED_BY_LOCAL = 2, /* the container sent the first packet */
	WEIR_FLOW_REPLIED = 4,         /* both sides have sent */
	WEIR_FLOW_UNCACHED = 8, /* counts only; the verdict is decided anew for each packet */
	WEIR_FLOW_WATCHED = 16, /* each packet has to come by weir_decide(): dns.h */
	WEIR_FLOW_ANSWERS_INGRESS = 32, /* the cache has the verdict on packets of this direction */
	WEIR_FLOW_ANSWERS_EGRESS = 64,
};

enum weir_flow_known {
	WEIR_KNOWN_NEXT_INGRESS = 1, /* next_seq of the direction */
	WEIR_KNOWN_NEXT_EGRESS = 2,
	WEIR_KNOWN_NUMBERS = 4, /* TCP's numbers are followed: what insight does not tell is zero */
	WEIR_KNOWN_INSIGHT = 8, /* insight is of this flow; else what it says means nothing */
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
 * One entry of the per-CPU flow cache. The first cache line decides, the second counts, and a
 * packet that tells nothing new touches no other. Counters only grow while the epoch stands; the
 * writer makes the epoch odd while it hands the entry to another flow, so a reader that sees the
 * same even epoch before and after has one flow, also in its detail.
 */
struct weir_flow {
	struct weir_flow_key key; /* endpoint 0: the entry was never used */
	__u32 revision;           /* policy revision the verdict was decided under */
	__u32 last_seen;
	__u8 verdict; /* enum weir_verdict */
	__u8 reason;  /* enum weir_reason */
	__u8 flags;   /* enum weir_flow_flags */
	__u8 state;   /* enum weir_tcp_state */
	__u32 rule;
	__u32 refreshed; /* when weir_conntrack last heard of this flow */
	__u32 epoch;

	__u64 packets[2]; /* by direction; a GSO packet counts the segments the stack makes of it */
	__u64 bytes[2];   /* with the Ethernet header, of those segments */
	__u8 tcp_flags[2]; /* union of the flags seen, by direction */
	__u8 ecn;          /* bit n: codepoint n of RFC 3168 5 was seen */
	__u8 dscp;         /* of the first packet, RFC 2474 */
	__u8 icmp_type;
	__u8 icmp_code;
	__u16 vlan;        /* identifier of the outermost tag of the first packet, 0 = none */
	__u32 next_seq[2]; /* TCP, by direction: after the highest data seen */
	__u32 acked;       /* TCP: last acknowledged to the container */
	__u32 sampled;     /* jiffies when the last round-trip sample began */
	__u32 created; /* weir_connection.created: tells connections with one key apart, on any CPU
			*/
	__u16 told;    /* steps whenever the detail changes, but may miss 2^16 steps at once */
	__u8 known;    /* enum weir_flow_known */
	__u8 zero;
};

/* What the entry's flow has beside it, apart so that it takes no room from what is always read. */
struct weir_flow_detail {
	__u32 first_seen;
	__u32 handshake_network_ns;   /* time the network took: SYN to SYN-ACK, or SYN-ACK to ACK */
	__u32 handshake_container_ns; /* time the container took for the other half; 0 = not seen */
	__u32 policy; /* weir_connection.policy, should conntrack have to be told again */
	__u32 remote_identity;
	struct weir_insight insight;
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

/*
 * weir_flows: buckets of four ways searched in line, and of those ways' details. A CPU's region is
 * of groups: sixteen buckets, then the sixteen with their details. So what is always read fills
 * whole pages, and whoever reads an entry has its detail in the same window of memory.
 */
#define WEIR_FLOW_WAYS  4
#define WEIR_FLOW_GROUP 16
struct weir_flow_bucket {
	union {
		struct weir_flow way[WEIR_FLOW_WAYS];
		struct weir_flow_detail detail[WEIR_FLOW_WAYS];
	};
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
	__u32 epoch;        /* as in struct weir_flow */
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

/*
 * weir_interfaces: ifindex -> endpoint; bucket ifindex & (buckets - 1), so that no run of 16,384
 * numbers fills one. One store of the first 8 bytes binds.
 */
#define WEIR_INTERFACE_WAYS    4
#define WEIR_INTERFACE_BUCKETS 4096
struct weir_interface {
	__u32 ifindex; /* 0: free */
	__u32 endpoint;
	__u64 mac; /* of the endpoint: the six bytes in the low end, as they lie in memory */
};

struct weir_interface_bucket {
	struct weir_interface way[WEIR_INTERFACE_WAYS];
};

/*
 * High word of weir_endpoint.policy: what the endpoint's rows can be, so that no look-up is made
 * for rows that cannot exist. It follows from the rules alone, not from the peers there are just
 * now. Pairs are ingress, then egress: flags >> direction & the ingress flag.
 */
enum weir_policy_flags {
	WEIR_POLICY_ISOLATED_INGRESS = 1 << 0,
	WEIR_POLICY_ISOLATED_EGRESS = 1 << 1,
	WEIR_POLICY_ANY_PORTS_INGRESS = 1 << 2, /* rows by port for WEIR_IDENTITY_ANY */
	WEIR_POLICY_ANY_PORTS_EGRESS = 1 << 3,
	WEIR_POLICY_ANY_ROOT_INGRESS = 1 << 4, /* the root of WEIR_IDENTITY_ANY says something */
	WEIR_POLICY_ANY_ROOT_EGRESS = 1 << 5,
	WEIR_POLICY_PEER_PORTS_INGRESS = 1 << 6, /* the same two for rows of single peers */
	WEIR_POLICY_PEER_PORTS_EGRESS = 1 << 7,
	WEIR_POLICY_PEER_ROOT_INGRESS = 1 << 8,
	WEIR_POLICY_PEER_ROOT_EGRESS = 1 << 9,
	WEIR_POLICY_DENIES_INGRESS = 1 << 10, /* some row denies, though nothing may be isolated */
	WEIR_POLICY_DENIES_EGRESS = 1 << 11,
	WEIR_POLICY_ASK_ROOTS = 1 << 12, /* many prefix lengths: a peer's root says which it has */
};

/* Bit WEIR_POLICY_LENGTHS + n of the same word: rows with port prefix length n exist. */
#define WEIR_POLICY_LENGTHS 15

/* weir_endpoints[number]; number 0 is never used. */
#define WEIR_ENDPOINT_ADDRESSES 8
struct weir_endpoint {
	/* By revision & 1: low 32 bits policy number, high 32 bits enum weir_policy_flags. */
	__u64 policy[2];
	__u32 ifindex;
	__u8 mac[6];
	__u8 address_count;
	__u8 zero;
	__u32 identity;
	__u64 netns_cookie;
	__be32 addresses[WEIR_ENDPOINT_ADDRESSES][4]; /* mapped as in struct weir_flow_key */
	__u64 spare[3];
};

/*
 * weir_peers (exact address, 16 bytes mapped) and weir_cidrs_v4/v6 (prefix) -> identity.
 * The new identity holds from since_revision on, the previous one before: a change to many
 * addresses and policies takes effect with the one store that raises the revision.
 */
struct weir_address {
	__be32 word[4];
};

struct weir_cidr_v4 {
	__u32 prefix_length;
	__be32 address;
};

struct weir_cidr_v6 {
	__u32 prefix_length;
	__be32 address[4];
};

struct weir_peer {
	__u32 identity;
	__u32 previous_identity;
	__u32 since_revision;
	__u32 endpoint; /* number of the local endpoint that owns the address, 0 = none */
};

/*
 * weir_policy: rows of one policy number. A peer is asked from the longest port prefix to the
 * shortest, then its root (protocol 0, prefix length 0), which is for any protocol; the first row
 * found says all that this peer's rows say, tiers resolved. It is weighed against the first row
 * found for any peer. A port range is covered by prefixes of the port (lengths 1..16); length 0 is
 * any port. Under WEIR_POLICY_ASK_ROOTS a root exists whenever the peer has any row.
 */
struct weir_policy_key {
	__u32 policy;
	__u32 identity;
	__u8 direction;
	__u8 protocol; /* 0 = any */
	__u8 prefix_length;
	__u8 zero;
	__be16 port; /* masked to prefix_length */
	__u16 zero2;
};

enum weir_row_verdict {
	WEIR_ROW_NONE = 0, /* decides nothing by itself */
	WEIR_ROW_ALLOW = 1,
	WEIR_ROW_DENY = 2,
};

/*
 * Two answers in one row: what is enforced, and what would be if the audited policies were as well.
 */
struct weir_policy_row {
	__u32 rule;
	__u32 precedence; /* the smaller of the peer's row and of any peer's decides */
	__u32 audit_rule; /* audit_verdict NONE: the one to name if the default denies */
	__u32 audit_precedence;
	__u32 prefix_lengths; /* roots under ASK_ROOTS: bit n = rows with port prefix length n exist
			       */
	__u8 verdict;         /* enum weir_row_verdict */
	__u8 audit_verdict;
	__u8 final; /* no row for any peer can have the smaller precedence: it need not be asked */
	__u8 zero;
};

struct weir_count {
	__u64 packets;
	__u64 bytes;
};

/* weir_counters: index cpu * endpoints + endpoint. Every packet is in exactly one cell of
 * by_reason. */
struct weir_counters {
	struct weir_count by_reason[2][WEIR_REASON_COUNT]; /* direction, reason */
	struct weir_count
		overflow[2]; /* of evicted flow entries that found the ring full, by direction */
	struct weir_count denied_overflow[2]; /* the same for denied entries */
	__u64 flows_created;
	__u64 flows_evicted;
	__u64 connections_opened;  /* TCP, by SYN */
	__u64 connections_failed;  /* refused, or cut before they were established */
	__u64 connections_evicted; /* forgotten before their time: their bucket was full */
	__u64 dns_lost;            /* DNS messages that found weir_dns full */
	__u64 spare[2];
};

/* weir_rules: index cpu * rules + rule; struct weir_count. Rule 0 is no rule. */

enum weir_event_type {
	WEIR_EVENT_FLOW_EVICTED = 1,   /* the rest of struct weir_flow_event follows */
	WEIR_EVENT_DENIED_EVICTED = 2, /* struct weir_denied follows */
	WEIR_EVENT_DNS = 3,            /* in weir_dns: the rest of struct weir_dns_event */
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

/* weir_dns: a DNS message over UDP that was let through. The record ends after length bytes. */
#define WEIR_DNS_PAYLOAD 512
#define WEIR_DNS_HEAD    72
struct weir_dns_event {
	struct weir_event head;
	struct weir_flow_key key;
	__u64 ktime_ns; /* CLOCK_MONOTONIC, when it passed the veth */
	__u16 length;   /* of payload; the message may have been longer */
	__u8 direction;
	__u8 zero[5];
	__u8 payload[WEIR_DNS_PAYLOAD];
};

enum weir_control_flags {
	WEIR_CONTROL_HOST_POLICY = 1, /* hostTraffic: policy - the node is judged like any peer */
	WEIR_CONTROL_CIDRS_V4 = 2,    /* weir_cidrs_v4 has entries */
	WEIR_CONTROL_CIDRS_V6 = 4,
};

/* weir_control[0]: what user space tells the programs while they run. Timeouts in jiffies. */
struct weir_control {
	__u32 abi_version;
	__u32 revision; /* raised by one store when everything it needs is in place */
	__u32 flags;
	__u32 refresh; /* how often a cached flow touches weir_conntrack */
	__u32 timeout_tcp_syn;
	__u32 timeout_tcp_established;
	__u32 timeout_tcp_closing;
	__u32 timeout_udp;
	__u32 timeout_udp_replied;
	__u32 timeout_icmp;
	__u32 timeout_other;
	__u32 untimed; /* 1: no round trip is measured from now on */
};

/* What weir_clock writes into the packet it is test-run with: the pair that turns jiffies into
 * time. */
struct weir_clock {
	__u64 jiffies;
	__u64 ktime_ns;    /* CLOCK_MONOTONIC */
	__u64 boottime_ns; /* CLOCK_BOOTTIME */
};

/*
 * What a capture wants, in .rodata of weir_capture.bpf.o. From and to are the packet's sender and
 * receiver. Entries of one side are alternatives, of two sides both must hold; a negated one must
 * not.
 */
enum weir_capture_side {
	WEIR_CAPTURE_EITHER = 0,
	WEIR_CAPTURE_FROM = 1,
	WEIR_CAPTURE_TO = 2,
};

struct weir_capture_address {
	__be32 address[4]; /* masked; mapped as in struct weir_flow_key */
	__be32 mask[4];
	__u8 used;
	__u8 side; /* enum weir_capture_side */
	__u8 negated;
	__u8 ipv4;
	__u8 zero[4];
};

struct weir_capture_ports {
	__u16 low; /* host order, as high */
	__u16 high;
	__u8 used;
	__u8 side;
	__u8 negated;
	__u8 zero;
};

#define WEIR_CAPTURE_TERMS 8
struct weir_capture_filter {
	__u64 protocols[4]; /* bit n of all: IANA protocol n is wanted; 0 is ARP and the like */
	__u32 reasons;      /* bit n: enum weir_reason n is wanted */
	__u32 directions;   /* bit n: enum weir_direction n is wanted */
	__u32 snap;         /* bytes of a packet, at most WEIR_CAPTURE_LONGEST */
	__u32 zero;
	struct weir_capture_address addresses[WEIR_CAPTURE_TERMS];
	struct weir_capture_ports ports[WEIR_CAPTURE_TERMS];
};

/* weir_captured: a record; the packet's bytes follow. */
#define WEIR_CAPTURE_LONGEST 65536
struct weir_captured {
	__u64 ktime_ns; /* CLOCK_MONOTONIC */
	__u32 length;   /* of the frame as it was */
	__u32 captured; /* bytes that follow; what the record has beyond means nothing */
	__u32 rule;
	__u32 segments; /* packets that segmentation makes of it */
	__u16 vlan; /* tag control information of the tag that the stack took out of the frame */
	__be16 vlan_protocol; /* 0: no tag was taken out */
	__u8 direction;
	__u8 reason;
	__u8 tcp_flags;
	__u8 zero;
	struct weir_flow_key key; /* as far as the packet was understood */
};

/* weir_capture_totals[endpoint]: packets that matched, and those that found the ring full. */
struct weir_capture_total {
	__u64 matched;
	__u64 lost;
};

/*
 * What weir_ask answers in the packet it is test-run with: how policy would judge a connection that
 * opens now. Asking changes nothing.
 */
struct weir_ask {
	struct weir_flow_key key; /* the port of the side that opens means nothing */
	__u8 opener;              /* enum weir_direction of the first packet */
	__u8 zero[3];
	__u32 verdict; /* enum weir_verdict */
	__u32 reason;  /* enum weir_reason */
	__u32 rule;    /* 0 = none */
	__u32 remote_identity;
	__u32 revision; /* that it was judged under; 0: there is no such endpoint */
};

/* How it is known whose socket it is; of two the smaller number is the surer one. */
enum weir_process_via {
	WEIR_PROCESS_CONNECT = 0, /* called connect() */
	WEIR_PROCESS_CLOSE = 1,   /* closed it, so it had it last */
	WEIR_PROCESS_BIND = 2,    /* bound it, or the one that listens and took the connection */
	WEIR_PROCESS_SOCKET = 3,  /* made it, and nobody bound it: datagrams only */
};

#define WEIR_COMM 16

/* Who has a socket. */
struct weir_process {
	__u32 pid; /* thread group, in the first pid namespace */
	__u8 via;  /* enum weir_process_via */
	__u8 told; /* an event is in the ring */
	__u8 zero[2];
	char comm[WEIR_COMM]; /* of the group's leader, zero-terminated */
};

/* The socket with this cookie, which is never given to another one. */
struct weir_process_slot {
	__u64 cookie; /* 0: free, or being written */
	struct weir_process process;
};

/* weir_processes: a record, told with a packet that this process's socket has sent. */
struct weir_process_event {
	struct weir_flow_key key;
	__u32 created; /* weir_flow.created; of a denied packet 0 */
	__u32 seen;
	struct weir_process process;
};

/* weir_process_losses[0]; only grows. */
struct weir_process_losses {
	__u64 events; /* found weir_processes full */
};

#define WEIR_ASSERT_SIZE(type, size) _Static_assert(sizeof(struct type) == (size), #type " is ABI")
WEIR_ASSERT_SIZE(weir_flow_key, 40);
WEIR_ASSERT_SIZE(weir_flow, 128);
WEIR_ASSERT_SIZE(weir_flow_detail, 128);
WEIR_ASSERT_SIZE(weir_flow_bucket, 512);
WEIR_ASSERT_SIZE(weir_insight, 108);
WEIR_ASSERT_SIZE(weir_connection, 88);
WEIR_ASSERT_SIZE(weir_connection_bucket, 1536);
WEIR_ASSERT_SIZE(weir_denied, 128);
WEIR_ASSERT_SIZE(weir_denied_bucket, 512);
WEIR_ASSERT_SIZE(weir_fragment_key, 40);
WEIR_ASSERT_SIZE(weir_fragment, 12);
WEIR_ASSERT_SIZE(weir_interface_bucket, 64);
WEIR_ASSERT_SIZE(weir_endpoint, 192);
WEIR_ASSERT_SIZE(weir_address, 16);
WEIR_ASSERT_SIZE(weir_cidr_v4, 8);
WEIR_ASSERT_SIZE(weir_cidr_v6, 20);
WEIR_ASSERT_SIZE(weir_peer, 16);
WEIR_ASSERT_SIZE(weir_policy_key, 16);
WEIR_ASSERT_SIZE(weir_policy_row, 24);
WEIR_ASSERT_SIZE(weir_counters, 896);
WEIR_ASSERT_SIZE(weir_event, 16);
WEIR_ASSERT_SIZE(weir_flow_event, 272);
WEIR_ASSERT_SIZE(weir_denied_event, 144);
WEIR_ASSERT_SIZE(weir_dns_event, WEIR_DNS_HEAD + WEIR_DNS_PAYLOAD);
WEIR_ASSERT_SIZE(weir_control, 48);
WEIR_ASSERT_SIZE(weir_clock, 24);
WEIR_ASSERT_SIZE(weir_capture_address, 40);
WEIR_ASSERT_SIZE(weir_capture_ports, 8);
WEIR_ASSERT_SIZE(weir_capture_filter, 432);
WEIR_ASSERT_SIZE(weir_captured, 72);
WEIR_ASSERT_SIZE(weir_capture_total, 16);
WEIR_ASSERT_SIZE(weir_ask, 64);
WEIR_ASSERT_SIZE(weir_process, 24);
WEIR_ASSERT_SIZE(weir_process_slot, 32);
WEIR_ASSERT_SIZE(weir_process_losses, 8);
WEIR_ASSERT_SIZE(weir_process_event, 72);

#endif
