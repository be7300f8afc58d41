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

#include "abi_capture.h"
#include "abi_flow.h"
#include "abi_policy.h"
#include "abi_process.h"

#define WEIR_ABI_VERSION 10u

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

struct weir_count {
	__u64 packets;
	__u64 bytes;
};

/* weir_counters: index cpu * endpoints + endpoint. Every packet is in exactly one cell of
 * by_reason. */
struct weir_counters {
	struct weir_count by_reason[2][WEIR_REASON_COUNT]; /* direction, reason */
	struct weir_count
		overflow[2]; /* of evicted flow entries that found no room, by direction */
	struct weir_count denied_overflow[2]; /* the same for denied entries */
	__u64 flows_created;
	__u64 flows_evicted;
	__u64 connections_opened;     /* TCP, by SYN */
	__u64 connections_failed;     /* refused, or cut before they were established */
	__u64 connections_evicted;    /* forgotten before their time: their bucket was full */
	__u64 dns_lost;               /* DNS messages that found weir_dns full */
	struct weir_count redirected; /* to this endpoint, past its bridge and its host veth */
};

/* weir_rules: index cpu * rules + rule; struct weir_count. Rule 0 is no rule. */

enum weir_control_flags {
	WEIR_CONTROL_HOST_POLICY = 1, /* hostTraffic: policy - the node is judged like any peer */
	WEIR_CONTROL_CIDRS_V4 = 2,    /* weir_cidrs_v4 has entries */
	WEIR_CONTROL_CIDRS_V6 = 4,
};

/* That no policy ever was decided under. */
#define WEIR_REVISION_NONE 0u

/* weir_control[0]: what user space tells the programs while they run. Timeouts in jiffies. */
struct weir_control {
	__u32 abi_version;
	__u32 revision; /* raised by one store when everything it needs is in place */
	__u32 flags;
	__u32 refresh; /* a cached flow touches weir_conntrack once in so many, a power of two */
	__u32 timeout_tcp_syn;
	__u32 timeout_tcp_established;
	__u32 timeout_tcp_closing;
	__u32 timeout_udp;
	__u32 timeout_udp_replied;
	__u32 timeout_icmp;
	__u32 timeout_other;
	__u32 untimed; /* 1: no round trip is measured from now on */
	__u32 second;  /* its jiffies */
	/* User space knows all of what cached flows counted that were last seen before; 0: of none.
	 */
	__u32 flows_known;
	/* Whole jiffies: until then frames may be redirected past their bridge. An agent that no
	 * longer looks whether they may lets it pass. */
	__u64 redirect_until;
};

/* What weir_clock writes into the packet it is test-run with: the pair that turns jiffies into
 * time. */
struct weir_clock {
	__u64 jiffies;
	__u64 ktime_ns;    /* CLOCK_MONOTONIC */
	__u64 boottime_ns; /* CLOCK_BOOTTIME */
};

WEIR_ASSERT_SIZE(weir_counters, 896);
WEIR_ASSERT_SIZE(weir_control, 64);
WEIR_ASSERT_SIZE(weir_clock, 24);

#endif
