/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * capture.h - which packets a capture wants, and the copy of those. Include it before hook.h: it
 * asks count.h, which meets each packet once, why the packet had its verdict.
 */
#ifndef WEIR_CAPTURE_H
#define WEIR_CAPTURE_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"
#include "parse.h"

/* Set before the programs are loaded: the verifier takes out what this capture does not ask. */
const volatile struct weir_capture_filter weir_capture_filter;

/* The packet that is under way on this CPU. */
struct weir_noted {
	struct weir_flow_key key;
	__u32 rule;
	__u16 reason; /* WEIR_REASON_COUNT: nobody counted it, the interface is not managed */
	__u16 tcp_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_noted);
} weir_noted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} weir_captured SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_capture_total);
} weir_capture_totals SEC(".maps");

/* In .rodata and not on the stack: the longest chain of calls has none to spare (docs/kernels.md).
 */
static const volatile __u32 weir_noted_key;

static __always_inline struct weir_noted *noted_get(void)
{
	return bpf_map_lookup_elem(&weir_noted, (const void *)&weir_noted_key);
}

static __always_inline void capture_note(const struct weir_packet *p, __u32 reason, __u32 rule)
{
	struct weir_noted *noted = noted_get();

	if (!noted)
		return;
	noted->key = p->key;
	noted->rule = rule;
	noted->reason = reason;
	noted->tcp_flags = p->tcp_flags;
}

#define WEIR_COUNTED(p, reason, rule) capture_note(p, reason, rule)

static __always_inline bool capture_side(__u8 side, bool from, bool to)
{
	if (side == WEIR_CAPTURE_EITHER)
		return from || to;
	return side == WEIR_CAPTURE_FROM ? from : to;
}

static __always_inline bool capture_address(
	const volatile struct weir_capture_address *wanted, const __be32 *address)
{
	bool ipv4 = !address[0] && !address[1] && address[2] == bpf_htonl(0xFFFF);
	__be32 differs = (address[0] & wanted->mask[0]) ^ wanted->address[0];

	differs |= (address[1] & wanted->mask[1]) ^ wanted->address[1];
	differs |= (address[2] & wanted->mask[2]) ^ wanted->address[2];
	differs |= (address[3] & wanted->mask[3]) ^ wanted->address[3];
	return !differs && ipv4 == wanted->ipv4;
}

static __always_inline bool capture_addresses(const __be32 *from, const __be32 *to)
{
	const volatile struct weir_capture_address *wanted;
	__u32 needed = 0, found = 0;
	bool hit;
	int i;

#pragma unroll
	for (i = 0; i < WEIR_CAPTURE_TERMS; i++) {
		wanted = &weir_capture_filter.addresses[i];
		if (!wanted->used)
			continue;
		hit = capture_side(
			wanted->side, capture_address(wanted, from), capture_address(wanted, to));
		if (wanted->negated && hit)
			return false;
		if (wanted->negated)
			continue;
		needed |= 1 << (wanted->side & 3);
		if (hit)
			found |= 1 << (wanted->side & 3);
	}
	return found == needed;
}

static __always_inline bool capture_port(
	const volatile struct weir_capture_ports *wanted, __be16 port)
{
	__u16 number = bpf_ntohs(port);

	return number >= wanted->low && number <= wanted->high;
}

/* An ICMP identifier stands where a port would, and is none. */
static __always_inline bool capture_ports(__u8 protocol, __be16 from, __be16 to)
{
	bool ports = protocol == WEIR_PROTO_TCP || protocol == WEIR_PROTO_UDP ||
		     protocol == WEIR_PROTO_SCTP;
	const volatile struct weir_capture_ports *wanted;
	__u32 needed = 0, found = 0;
	bool hit;
	int i;

#pragma unroll
	for (i = 0; i < WEIR_CAPTURE_TERMS; i++) {
		wanted = &weir_capture_filter.ports[i];
		if (!wanted->used)
			continue;
		hit = ports && capture_side(wanted->side, capture_port(wanted, from),
				       capture_port(wanted, to));
		if (wanted->negated && hit)
			return false;
		if (wanted->negated)
			continue;
		needed |= 1 << (wanted->side & 3);
		if (hit)
			found |= 1 << (wanted->side & 3);
	}
	return found == needed;
}

static __always_inline bool capture_wants(const struct weir_noted *noted, __u32 direction)
{
	const struct weir_flow_key *key = &noted->key;
	bool out = direction == WEIR_EGRESS;

	if (!(weir_capture_filter.directions >> direction & 1) ||
		!(weir_capture_filter.reasons >> (noted->reason & 31) & 1))
		return false;
	if (!(weir_capture_filter.protocols[key->protocol >> 6] >> (key->protocol & 63) & 1))
		return false;
	if (!capture_ports(key->protocol, out ? key->local_port : key->remote_port,
		    out ? key->remote_port : key->local_port))
		return false;
	return out ? capture_addresses(key->local, key->remote)
		   : capture_addresses(key->remote, key->local);
}

/* room: a power of two, and a constant, as the ring wants it. */
static __always_inline int capture_copy(struct __sk_buff *skb, const struct weir_noted *noted,
	__u32 direction, __u32 size, const __u32 room)
{
	struct weir_captured *c = bpf_ringbuf_reserve(&weir_captured, sizeof(*c) + room, 0);

	if (!c)
		return -1;
	c->ktime_ns = bpf_ktime_get_ns();
	c->length = skb->len;
	c->captured = size;
	c->rule = noted->rule;
	c->key = noted->key;
	c->vlan = skb->vlan_tci;
	c->vlan_protocol = skb->vlan_present ? skb->vlan_proto : 0;
	c->direction = direction;
	c->reason = noted->reason;
	c->tcp_flags = noted->tcp_flags;
	c->zero = 0;
	c->segments = skb->gso_segs > 1 ? skb->gso_segs : 1;
	/* The compiler knows the bounds; the verifier wants to see them. */
	asm("" : "+r"(size));
	size = ((size - 1) & (room - 1)) + 1;
	if (bpf_skb_load_bytes(skb, 0, c + 1, size)) {
		bpf_ringbuf_discard(c, BPF_RB_NO_WAKEUP);
		return -1;
	}
	bpf_ringbuf_submit(c, BPF_RB_NO_WAKEUP);
	return 0;
}

static __always_inline int capture_fit(
	struct __sk_buff *skb, const struct weir_noted *noted, __u32 direction)
{
	__u32 snap = weir_capture_filter.snap;
	__u32 size = skb->len < snap ? skb->len : snap;

	if (size <= 128)
		return capture_copy(skb, noted, direction, size, 128);
	if (size <= 512)
		return capture_copy(skb, noted, direction, size, 512);
	if (size <= 2048)
		return capture_copy(skb, noted, direction, size, 2048);
	if (size <= 16384)
		return capture_copy(skb, noted, direction, size, 16384);
	if (size > WEIR_CAPTURE_LONGEST)
		size = WEIR_CAPTURE_LONGEST;
	return capture_copy(skb, noted, direction, size, WEIR_CAPTURE_LONGEST);
}

/* Copies the packet that was just decided, if it is wanted. */
__noinline int capture_packet(struct __sk_buff *skb, __u32 direction)
{
	const struct weir_noted *noted = noted_get();
	struct weir_capture_total *total;
	__u32 number;

	direction &= 1;
	if (!noted || noted->reason >= WEIR_REASON_COUNT || !capture_wants(noted, direction))
		return 0;
	number = noted->key.endpoint;
	total = bpf_map_lookup_elem(&weir_capture_totals, &number);
	if (!total)
		return 0;
	__sync_fetch_and_add(&total->matched, 1);
	if (capture_fit(skb, noted, direction))
		__sync_fetch_and_add(&total->lost, 1);
	return 0;
}

#endif
