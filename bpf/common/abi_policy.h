/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* abi_policy.h - part of abi.h: endpoints, their peers and the rows of their policies, and what
 * asks them. */
#ifndef WEIR_ABI_POLICY_H
#define WEIR_ABI_POLICY_H

#include "abi_flow.h"

/*
 * A station: six bytes of MAC in the low end, as they lie in memory, and above them the number of
 * the bridge it is on, 0 = none that frames may be redirected past.
 */
#define WEIR_STATION_BRIDGE 48
#define WEIR_STATION_MAC    ((1ull << WEIR_STATION_BRIDGE) - 1)

/*
 * weir_interfaces: ifindex -> endpoint; bucket ifindex & (buckets - 1), so that no run of 16,384
 * numbers fills one. One store of the first 8 bytes binds.
 */
#define WEIR_INTERFACE_WAYS    4
#define WEIR_INTERFACE_BUCKETS 4096
struct weir_interface {
	__u32 ifindex; /* 0: free */
	__u16 endpoint;
	__u16 bridged; /* jiffies >> WEIR_BRIDGED_SHIFT when a frame that might have been redirected
			  was left to the bridge */
	__u64 station; /* of the endpoint */
};

/*
 * One frame in 4,096 jiffies (16 s at 250 Hz) goes over the bridge, so that it does not forget the
 * port of a container that speaks only to its neighbours (300 s), and flood what is for that one.
 */
#define WEIR_BRIDGED_SHIFT 12

struct weir_interface_bucket {
	struct weir_interface way[WEIR_INTERFACE_WAYS];
};

/*
 * weir_fdb: to whom a frame may be redirected that comes from another interface of the same bridge;
 * bucket: (station * WEIR_FDB_FACTOR >> 32) & (buckets - 1). A way gets its station last and loses
 * it first, and is used again only when no packet is under way that saw the one before.
 */
#define WEIR_FDB_WAYS    4
#define WEIR_FDB_BUCKETS 4096
#define WEIR_FDB_FACTOR  0x9E3779B97F4A7C15ull
struct weir_fdb_entry {
	__u64 station; /* 0: free */
	__u32 ifindex;
	__u32 endpoint;
};

struct weir_fdb_bucket {
	struct weir_fdb_entry way[WEIR_FDB_WAYS];
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

WEIR_ASSERT_SIZE(weir_interface_bucket, 64);
WEIR_ASSERT_SIZE(weir_fdb_bucket, 64);
WEIR_ASSERT_SIZE(weir_endpoint, 192);
WEIR_ASSERT_SIZE(weir_address, 16);
WEIR_ASSERT_SIZE(weir_cidr_v4, 8);
WEIR_ASSERT_SIZE(weir_cidr_v6, 20);
WEIR_ASSERT_SIZE(weir_peer, 16);
WEIR_ASSERT_SIZE(weir_policy_key, 16);
WEIR_ASSERT_SIZE(weir_policy_row, 24);
WEIR_ASSERT_SIZE(weir_ask, 64);

#endif
