/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* abi_capture.h - part of abi.h: a capture's filter and what it gives out. */
#ifndef WEIR_ABI_CAPTURE_H
#define WEIR_ABI_CAPTURE_H

#include "abi_flow.h"

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

WEIR_ASSERT_SIZE(weir_capture_address, 40);
WEIR_ASSERT_SIZE(weir_capture_ports, 8);
WEIR_ASSERT_SIZE(weir_capture_filter, 432);
WEIR_ASSERT_SIZE(weir_captured, 72);
WEIR_ASSERT_SIZE(weir_capture_total, 16);

#endif
