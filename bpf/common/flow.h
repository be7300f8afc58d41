/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * flow.h - first level: the per-CPU flow cache.
 *
 * A flow starts at the way its hash names and takes another only when that one is used, so that in
 * a table that is not crowded one probe finds it. An entry that must make room is handed to user
 * space; if the ring is full its counts go to the endpoint's overflow counter.
 */
#ifndef WEIR_FLOW_H
#define WEIR_FLOW_H

#include "count.h"
#include "epoch.h"
#include "hash.h"

struct weir_flow_place {
	struct weir_flow_bucket *bucket;
	__u32 index; /* of the bucket among this CPU's */
	__u32 way;
};

static __always_inline bool flow_is(const struct weir_flow *f, const struct weir_flow_key *key)
{
	return words_equal((const __u64 *)&f->key, (const __u64 *)key);
}

/* Of a bucket of this CPU; its details are one group further. */
static __always_inline struct weir_flow_bucket *flow_bucket(__u32 index, __u32 further)
{
	__u32 at = bpf_get_smp_processor_id() * weir_flow_buckets * 2 + further;

	at += index + (index & ~(WEIR_FLOW_GROUP - 1));
	return bpf_map_lookup_elem(&weir_flows, &at);
}

static __always_inline bool flow_place(__u64 hash, struct weir_flow_place *place)
{
	place->index = (__u32)hash & (weir_flow_buckets - 1);
	place->way = (__u32)(hash >> 56) & (WEIR_FLOW_WAYS - 1);
	place->bucket = flow_bucket(place->index, 0);
	return place->bucket;
}

/* Number of the entry among this CPU's. */
static __always_inline __u32 flow_slot(const struct weir_flow_place *place)
{
	return place->index * WEIR_FLOW_WAYS + place->way;
}

static __always_inline struct weir_flow_detail *flow_detail(__u32 slot)
{
	struct weir_flow_bucket *bucket = flow_bucket(slot / WEIR_FLOW_WAYS, WEIR_FLOW_GROUP);

	return bucket ? &bucket->detail[slot & (WEIR_FLOW_WAYS - 1)] : 0;
}

/* The lines of the entry where a flow that nobody knows will most likely be entered. */
static __always_inline void flow_ask(__u64 hash)
{
	const struct weir_flow_detail *detail;
	struct weir_flow_place place;
	const struct weir_flow *f;

	if (!flow_place(hash, &place))
		return;
	f = &place.bucket->way[place.way & (WEIR_FLOW_WAYS - 1)];
	line_ask(&f->key);
	line_ask(&f->packets);
	detail = flow_detail(flow_slot(&place));
	if (detail)
		line_ask(&detail->first_seen);
}

/*
 * Ways are taken in this order and never become empty again: an empty one ends the search. place is
 * where the search starts, and then where the flow is.
 */
static __always_inline struct weir_flow *flow_find(
	struct weir_flow_place *place, const struct weir_flow_key *key)
{
	__u32 first = place->way;
	__u32 turn;

#pragma clang loop unroll(full)
	for (turn = 0; turn < WEIR_FLOW_WAYS; turn++) {
		struct weir_flow *f;

		place->way = (first ^ turn) & (WEIR_FLOW_WAYS - 1);
		f = &place->bucket->way[place->way];
		if (flow_is(f, key))
			return f;
		if (!f->key.endpoint)
			return 0;
	}
	return 0;
}

/* TCP flags, then the ECN codepoints, are the first three bytes of one word. */
static __always_inline void flow_mark(struct weir_flow *f, const struct weir_packet *p)
{
	__u64 *word = (__u64 *)f->tcp_flags;
	__u64 seen = *word;

	seen |= (__u32)p->tcp_flags << (p->direction & 1) * 8 | 0x10000u << (p->ecn & 3);
	*word = seen;
}

_Static_assert(__builtin_offsetof(struct weir_flow, ecn) ==
			       2 + __builtin_offsetof(struct weir_flow, tcp_flags) &&
		       __builtin_offsetof(struct weir_flow, tcp_flags) % 8 == 0,
	"flow_mark() writes them as one");

static __always_inline void flow_count(struct weir_flow *f, const struct weir_packet *p, __u32 now)
{
	f->packets[p->direction & 1] += p->packets;
	f->bytes[p->direction & 1] += p->bytes;
	flow_mark(f, p);
	f->last_seen = now;
}

/* Gives an entry's counters to user space before it goes. */
__noinline int flow_hand_over(struct weir_flow *f, __u32 slot)
{
	const struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_flow_event *event;
	struct weir_counters *c;

	if (!f || !detail)
		return 0;
	c = counters_get(f->key.endpoint);
	if (c)
		c->flows_evicted++;
	event = bpf_ringbuf_reserve(&weir_events, sizeof(*event), 0);
	if (event) {
		event->head.type = WEIR_EVENT_FLOW_EVICTED;
		event->head.cpu = bpf_get_smp_processor_id();
		event->head.slot = slot;
		event->head.zero = 0;
		event->flow = *f;
		event->detail = *detail;
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
		return 0;
	}
	if (!c)
		return 0;
	c->overflow[WEIR_INGRESS].packets += f->packets[WEIR_INGRESS];
	c->overflow[WEIR_INGRESS].bytes += f->bytes[WEIR_INGRESS];
	c->overflow[WEIR_EGRESS].packets += f->packets[WEIR_EGRESS];
	c->overflow[WEIR_EGRESS].bytes += f->bytes[WEIR_EGRESS];
	return 0;
}

/* The way to use for a new flow: an empty one, else the one not seen for longest. */
static __always_inline void flow_choose(struct weir_flow_place *place)
{
	__u32 first = place->way;
	const struct weir_flow *best = 0;
	__u32 turn;

#pragma clang loop unroll(full)
	for (turn = 0; turn < WEIR_FLOW_WAYS; turn++) {
		__u32 way = (first ^ turn) & (WEIR_FLOW_WAYS - 1);
		const struct weir_flow *f = &place->bucket->way[way];

		if (!best || !f->key.endpoint || (__s32)(f->last_seen - best->last_seen) < 0) {
			best = f;
			place->way = way;
		}
		if (!f->key.endpoint)
			return;
	}
}

/* Hands the entry to another flow. Its counters start at zero. */
static __always_inline struct weir_flow *flow_start(const struct weir_flow_place *place,
	struct weir_flow_detail *detail, const struct weir_packet *p, __u32 now)
{
	struct weir_flow *f = &place->bucket->way[place->way & (WEIR_FLOW_WAYS - 1)];
	struct weir_counters *c = counters_get(p->key.endpoint);

	if (f->key.endpoint)
		flow_hand_over(f, flow_slot(place));
	if (c)
		c->flows_created++;
	epoch_step(&f->epoch);
	f->key = p->key;
	f->packets[0] = 0;
	f->packets[1] = 0;
	f->bytes[0] = 0;
	f->bytes[1] = 0;
	f->last_seen = now;
	f->created = now;
	detail->first_seen = now;
	detail->handshake_network_ns = 0;
	detail->handshake_container_ns = 0;
	f->tcp_flags[0] = 0;
	f->tcp_flags[1] = 0;
	f->flags = 0;
	f->state = WEIR_TCP_NONE;
	f->dscp = p->dscp;
	f->ecn = 0;
	f->vlan = p->vlan;
	f->icmp_type = p->icmp_type;
	f->icmp_code = p->icmp_code;
	f->acked = 0;
	f->sampled = 0;
	f->told = 0;
	f->known = 0;
	epoch_step(&f->epoch);
	return f;
}

#endif
