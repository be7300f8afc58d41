/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * flow.h - first level: the per-CPU flow cache.
 *
 * A flow starts at the way its hash names and takes another only when that one is used, so that in
 * a table that is not crowded one probe finds it. An entry that must make room is handed to user
 * space, unless that knows it already; if there is no room its counts go to the endpoint's overflow
 * counter.
 */
#ifndef WEIR_FLOW_H
#define WEIR_FLOW_H

#include "count.h"
#include "evicted.h"
#include "hash.h"

struct weir_flow_place {
	struct weir_flow_bucket *bucket;
	__u32 index; /* of the bucket among this CPU's */
	__u32 way;
};

/* The name but for its last byte, where entries have told. */
static __always_inline bool flow_is(const struct weir_flow *f, const __u64 *name)
{
	const __u64 *w = (const __u64 *)f;

	return (w[1] ^ name[1]) << 8 == 0 && w[0] == name[0];
}

static __always_inline bool flow_place(__u64 hash, struct weir_flow_place *place)
{
	__u32 at = bpf_get_smp_processor_id() * weir_flow_buckets;

	place->index = (__u32)hash & (weir_flow_buckets - 1);
	place->way = (__u32)(hash >> 56) & (WEIR_FLOW_WAYS - 1);
	at += place->index;
	place->bucket = bpf_map_lookup_elem(&weir_flows, &at);
	return place->bucket;
}

/* Number of the entry among this CPU's. */
static __always_inline __u32 flow_slot(const struct weir_flow_place *place)
{
	return place->index * WEIR_FLOW_WAYS + place->way;
}

static __always_inline struct weir_flow_detail *flow_detail(__u32 slot)
{
	__u32 at = bpf_get_smp_processor_id() * weir_flow_buckets * WEIR_FLOW_WAYS + slot;

	return bpf_map_lookup_elem(&weir_flow_details, &at);
}

/*
 * The lines that entering a flow needs that nobody knows: all ways of its bucket, where the table
 * is in use, and the detail of the first.
 */
static __always_inline void flow_ask(__u64 hash)
{
	const struct weir_flow_detail *detail;
	struct weir_flow_place place;
	__u32 way;

	if (!flow_place(hash, &place))
		return;
#pragma clang loop unroll(full)
	for (way = 0; way < WEIR_FLOW_WAYS; way++)
		line_ask(&place.bucket->way[way]);
	detail = flow_detail(flow_slot(&place));
	if (detail)
		line_ask(detail);
}

/* IPv6: two pairs of addresses can be made that have one product, and are no better for it. */
static __always_inline bool flow_has_addresses(
	const struct weir_flow_place *place, const struct weir_packet *p)
{
	const struct weir_flow_detail *detail;

	if (!(p->name[1] >> 32 & WEIR_FLOW_IPV6))
		return true;
	detail = flow_detail(flow_slot(place));
	return detail && pairs_equal((const __u64 *)detail, (const __u64 *)&p->key);
}

/*
 * Ways are taken in this order and never become empty again: an empty one ends the search. place is
 * where the search starts, and then where the flow is.
 */
static __always_inline struct weir_flow *flow_find(
	struct weir_flow_place *place, const struct weir_packet *p)
{
	__u32 first = place->way;
	__u32 turn;

#pragma clang loop unroll(full)
	for (turn = 0; turn < WEIR_FLOW_WAYS; turn++) {
		struct weir_flow *f;

		place->way = (first ^ turn) & (WEIR_FLOW_WAYS - 1);
		f = &place->bucket->way[place->way];
		if (flow_is(f, p->name))
			return flow_has_addresses(place, p) ? f : 0;
		if (!f->endpoint)
			return 0;
	}
	return 0;
}

static __always_inline __u64 flow_packets(const struct weir_flow *f, __u8 direction)
{
	return f->packets[direction & 1] >> WEIR_FLOW_PACKETS;
}

static __always_inline __u64 flow_bytes(const struct weir_flow *f, __u8 direction)
{
	return f->bytes[direction & 1] >> WEIR_FLOW_BYTES;
}

/* The detail has changed: said after it is so, so that who reads both has no older one. */
static __always_inline void flow_tell(struct weir_flow *f)
{
	WEIR_IN_ORDER(&f->bytes[WEIR_INGRESS]);
	f->told++;
}

/* enum weir_flow_marks */
static __always_inline __u32 flow_marks(const struct weir_flow *f)
{
	return f->bytes[WEIR_EGRESS] & WEIR_FLOW_LOW_HALVES;
}

static __always_inline void flow_mark(struct weir_flow *f, __u64 marks)
{
	f->bytes[WEIR_EGRESS] |= marks;
}

static __always_inline __u8 flow_reason(const struct weir_flow *f)
{
	return flow_marks(f) / WEIR_MARK_REASON & 7;
}

static __always_inline __u32 flow_rule(const struct weir_flow *f)
{
	return f->packets[WEIR_EGRESS] & WEIR_FLOW_LOW_HALVES;
}

/*
 * Decided under this revision. Half of it is enough of a flow that was decided or seen within the
 * second, in which there are no 65,536 changes of policy.
 */
static __always_inline bool flow_is_of(const struct weir_flow *f, __u32 revision)
{
	return (__u16)f->packets[WEIR_INGRESS] == (__u16)revision;
}

/* The verdict that the cache has; marks: of ANSWERS and VERIFIED. */
static __always_inline void flow_decided(
	struct weir_flow *f, __u32 revision, __u32 rule, __u8 reason, __u32 marks)
{
	const __u64 decided = WEIR_MARK_ANSWERS_INGRESS | WEIR_MARK_ANSWERS_EGRESS |
			      WEIR_MARK_VERIFIED | 7 * WEIR_MARK_REASON;

	f->packets[WEIR_INGRESS] =
		(f->packets[WEIR_INGRESS] & ~WEIR_FLOW_LOW_HALVES) | (__u16)revision;
	f->packets[WEIR_EGRESS] = (f->packets[WEIR_EGRESS] & ~WEIR_FLOW_LOW_HALVES) | (__u16)rule;
	f->bytes[WEIR_EGRESS] =
		(f->bytes[WEIR_EGRESS] & ~decided) | marks | (reason & 7) * WEIR_MARK_REASON;
}

/* User space has to read this part of the CPU's entries again. */
static __always_inline void flow_written(const struct weir_flow_place *place, __u32 now)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct weir_flow_stamps *stamps = bpf_map_lookup_elem(&weir_flow_stamps, &cpu);

	if (stamps)
		stamps->written[place->index >> weir_flow_part_shift & (WEIR_FLOW_PARTS - 1)] = now;
}

static __always_inline void flow_count(struct weir_flow *f, const struct weir_flow_place *place,
	const struct weir_packet *p, __u32 now)
{
	__u32 d = p->direction & 1;
	__u32 ecn = WEIR_MARK_ECN << (p->ecn & 3);

	f->packets[d] = (f->packets[d] + ((__u64)p->packets << WEIR_FLOW_PACKETS)) |
			(__u32)p->tcp_flags << WEIR_FLOW_TCP_FLAGS;
	f->bytes[d] += (__u64)p->bytes << WEIR_FLOW_BYTES;
	if (!(flow_marks(f) & ecn))
		flow_mark(f, ecn);
	if (f->last_seen != now) {
		f->last_seen = now;
		f->bytes[WEIR_EGRESS] &= ~(__u64)WEIR_MARK_TIMED;
		flow_written(place, now);
	}
}

/* Gives an entry's counters to user space before it goes. */
__noinline int flow_hand_over(struct weir_flow *f, __u32 slot)
{
	const struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_counters *c;
	union weir_eviction *e;
	struct weir_log *log;
	__u32 d;

	if (!f || !detail)
		return 0;
	c = counters_get(f->endpoint & ~WEIR_FLOW_IPV6);
	if (c)
		c->flows_evicted++;
	e = evicted_record(&log, weir_event_records);
	if (e) {
		evicted_head(e, WEIR_EVENT_FLOW_EVICTED, slot);
		e->flow.flow = *f;
		__builtin_memcpy(
			&e->flow.detail, detail, offsetof(struct weir_flow_detail, insight));
		if (detail->known & WEIR_KNOWN_INSIGHT)
			e->flow.detail.insight = detail->insight;
		log_publish(log);
		return 0;
	}
	if (!c)
		return 0;
#pragma clang loop unroll(full)
	for (d = 0; d < 2; d++) {
		c->overflow[d].packets += flow_packets(f, d);
		c->overflow[d].bytes += flow_bytes(f, d);
	}
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

		if (!best || !f->endpoint || (__s32)(f->last_seen - best->last_seen) < 0) {
			best = f;
			place->way = way;
		}
		if (!f->endpoint)
			return;
	}
}

/* Nothing of it is lost when it goes. */
static __always_inline bool flow_is_known(const struct weir_flow *f)
{
	__u32 known = weir_control.flows_known;

	return known && (__s32)(f->last_seen - known) < 0;
}

/* The even epoch after that of word; 0 is that of an entry that was never used. */
static __always_inline __u64 flow_next_epoch(__u64 word, bool known)
{
	__u64 next = (word + (known ? 2 : 4)) & WEIR_FLOW_LOW_HALVES;

	return next ? next : 4;
}

/* Hands the entry to another flow. Its counters start at zero; flow_count() has to follow. */
static __always_inline struct weir_flow *flow_start(const struct weir_flow_place *place,
	struct weir_flow_detail *detail, const struct weir_packet *p, __u32 now)
{
	struct weir_flow *f = &place->bucket->way[place->way & (WEIR_FLOW_WAYS - 1)];
	struct weir_counters *c = counters_get(p->key.endpoint);
	__u64 epoch = f->bytes[WEIR_INGRESS];
	bool known = f->endpoint && flow_is_known(f);

	if (f->endpoint && !known)
		flow_hand_over(f, flow_slot(place));
	if (c)
		c->flows_created++;
	store_release_64(&f->bytes[WEIR_INGRESS], epoch | 1);
	((__u64 *)f)[0] = p->name[0];
	((__u64 *)f)[1] = p->name[1];
	f->packets[WEIR_INGRESS] = 0;
	f->packets[WEIR_EGRESS] = 0;
	f->bytes[WEIR_EGRESS] = 0;
	f->last_seen = now - 1; /* so that flow_count() marks the part as written */
	f->acked = 0;
	__builtin_memcpy(detail->local, p->key.local, 16);
	__builtin_memcpy(detail->remote, p->key.remote, 16);
	detail->created = now;
	detail->first_seen = now;
	detail->policy = 0;
	detail->remote_identity = 0;
	detail->handshake_network_ns = 0;
	detail->handshake_container_ns = 0;
	detail->flags = 0;
	detail->state = WEIR_TCP_NONE;
	detail->known = 0;
	detail->dscp = p->dscp;
	detail->icmp_type = p->icmp_type;
	detail->icmp_code = p->icmp_code;
	detail->vlan = p->vlan;
	store_release_64(&f->bytes[WEIR_INGRESS], flow_next_epoch(epoch, known));
	return f;
}

#endif
