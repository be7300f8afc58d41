/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * denied.h - denied traffic has a small per-CPU cache of its own, so that a scan or a flood of it
 * never pushes out an allowed flow. The key leaves out what the sender chooses freely: its port.
 */
#ifndef WEIR_DENIED_H
#define WEIR_DENIED_H

#include "count.h"
#include "evicted.h"
#include "hash.h"
#include "scratch.h"

/* The first 40 bytes of struct weir_denied. */
struct weir_denied_key {
	__be32 local[4];
	__be32 remote[4];
	__be16 service_port;
	__u16 endpoint;
	__u8 protocol;
	__u8 direction;
	__u8 reason;
	__u8 zero;
};

struct weir_denied_place {
	struct weir_denied_bucket *bucket;
	__u32 index;
	__u32 hint; /* its byte in the scratch */
};

/* The destination port of the packet as its sender wrote it. */
static __always_inline void denied_key_of(
	struct weir_denied_key *key, const struct weir_packet *p, __u8 reason)
{
	__builtin_memcpy(key->local, p->key.local, 16);
	__builtin_memcpy(key->remote, p->key.remote, 16);
	key->service_port = p->direction == WEIR_EGRESS ? p->key.remote_port : p->key.local_port;
	if (p->key.protocol == WEIR_PROTO_ICMP || p->key.protocol == WEIR_PROTO_ICMPV6)
		key->service_port = 0;
	key->endpoint = p->key.endpoint;
	key->protocol = p->key.protocol;
	key->direction = p->direction;
	key->reason = reason;
	key->zero = 0;
	/* A spoofer chooses its source: one entry for all of them. */
	if (reason == WEIR_REASON_SPOOFED_ADDRESS || reason == WEIR_REASON_SPOOFED_MAC)
		__builtin_memset(key->local, 0, 16);
}

/*
 * Of all but the reason: entries of one opener are in one bucket, and have one hint. That of a
 * plain packet is its opener_hash.
 */
static __always_inline __u64 denied_hash(const struct weir_denied_key *key)
{
	const __u64 *w = (const __u64 *)key;

	return hash_finish(hash_start(w), w[4] & ~(0xFFull << 48));
}

static __always_inline __u32 denied_hint_of(__u64 hash)
{
	return (__u32)(hash >> 40) & (WEIR_DENIED_HINTS - 1);
}

static __always_inline bool denied_place(
	const struct weir_denied_key *key, struct weir_denied_place *place)
{
	__u64 hash = denied_hash(key);
	__u32 index;

	place->hint = denied_hint_of(hash);
	place->index = (__u32)hash & (weir_denied_buckets - 1);
	index = bpf_get_smp_processor_id() * weir_denied_buckets + place->index;
	place->bucket = bpf_map_lookup_elem(&weir_denied, &index);
	return place->bucket;
}

static __always_inline struct weir_denied *denied_find(
	const struct weir_denied_place *place, const struct weir_denied_key *key)
{
	struct weir_denied *d;
	int i;

#pragma unroll
	for (i = 0; i < WEIR_DENIED_WAYS; i++) {
		d = &place->bucket->way[i];
		if (words_equal((const __u64 *)d, (const __u64 *)key))
			return d;
	}
	return 0;
}

/* Periods of 4096 jiffies, as far as a byte counts. */
static __always_inline __u8 denied_hint_now(__u32 now)
{
	return now >> 12;
}

/*
 * False when no such key was recorded lately, which a line of the processor's first cache knows,
 * while looking into the bucket of a new flow would be a miss of all of them.
 */
static __always_inline bool denied_hinted(const struct weir_scratch *scratch, __u32 hint, __u32 now)
{
	return (__u8)(denied_hint_now(now) -
		       scratch->denied_hint[hint & (WEIR_DENIED_HINTS - 1)]) <= 1;
}

static __always_inline void denied_hint(const struct weir_denied_place *place, __u32 now)
{
	struct weir_scratch *scratch = scratch_get();

	if (scratch)
		scratch->denied_hint[place->hint & (WEIR_DENIED_HINTS - 1)] = denied_hint_now(now);
}

__noinline int denied_hand_over(struct weir_denied *d, __u32 slot)
{
	union weir_eviction *e;
	struct weir_counters *c;
	struct weir_log *log;

	if (!d)
		return 0;
	/* Half of the room is left to evicted flows. */
	e = evicted_record(&log, weir_event_records / 2);
	if (e) {
		evicted_head(e, WEIR_EVENT_DENIED_EVICTED, slot);
		e->denied.denied = *d;
		log_publish(log);
		return 0;
	}
	c = counters_get(d->endpoint);
	if (!c)
		return 0;
	c->denied_overflow[d->direction & 1].packets += d->packets;
	c->denied_overflow[d->direction & 1].bytes += d->bytes;
	return 0;
}

/* A way for a new key: the first unused, else the one not seen for longest. Its number in *way. */
static __always_inline struct weir_denied *denied_claim(
	const struct weir_denied_place *place, __u32 *way)
{
	struct weir_denied *best = &place->bucket->way[0];
	int i;

	*way = 0;
#pragma unroll
	for (i = 1; i < WEIR_DENIED_WAYS; i++) {
		struct weir_denied *d = &place->bucket->way[i];

		if (best->endpoint &&
			(!d->endpoint || (__s32)(d->last_seen - best->last_seen) < 0)) {
			best = d;
			*way = i;
		}
	}
	return best;
}

static __always_inline void denied_start(
	struct weir_denied *d, const struct weir_denied_key *key, __u32 slot, __u32 now)
{
	if (d->endpoint)
		denied_hand_over(d, slot);
	epoch_step(&d->epoch);
	__builtin_memcpy(d, key, sizeof(*key));
	d->packets = 0;
	d->bytes = 0;
	d->told = 0;
	d->first_seen = now;
	epoch_step(&d->epoch);
}

/* What the verdict was; kept so that the next such packet need not ask the policy again. */
struct weir_denial {
	__u32 revision;
	__u32 now;
	__u32 rule;
	__u32 remote_identity;
	__u32 reason;
};

/*
 * Once in a second, that a flood costs nothing: what the agent shows is whose the last client port
 * was, where it knows that.
 */
static __always_inline void denied_tell(
	struct weir_denied *d, const struct weir_packet *p, __u32 now)
{
	struct weir_scratch *scratch;

	if (!weir_processes_on || p->direction != WEIR_EGRESS ||
		now - d->told < weir_control.second)
		return;
	scratch = scratch_get();
	if (!scratch)
		return;
	d->told = now;
	scratch->tell_denied = 1;
}

static __always_inline void denied_count(
	struct weir_denied *d, const struct weir_packet *p, __u32 now)
{
	d->client_port = p->direction == WEIR_EGRESS ? p->key.local_port : p->key.remote_port;
	d->last_seen = now;
	d->packets += p->packets;
	d->bytes += p->bytes;
	denied_tell(d, p, now);
}

/* Records a denied packet and counts it. */
__noinline int denied_record(const struct weir_packet *p, const struct weir_denial *denial)
{
	struct weir_denied_place place;
	struct weir_denied_key key;
	struct weir_denied *d;

	if (!p || !denial)
		return 0;
	count_packet(p, denial->reason, denial->rule);
	denied_key_of(&key, p, denial->reason);
	if (!denied_place(&key, &place))
		return 0;
	denied_hint(&place, denial->now);
	d = denied_find(&place, &key);
	if (!d) {
		__u32 way;

		d = denied_claim(&place, &way);
		denied_start(d, &key, place.index * WEIR_DENIED_WAYS + way, denial->now);
	}
	d->revision = denial->revision;
	d->rule = denial->rule;
	d->remote_identity = denial->remote_identity;
	denied_count(d, p, denial->now);
	return 0;
}

/*
 * The entry of an opener like p that policy denied under this revision, if this CPU knows one. The
 * key has no client port: p may still be a reply of another connection.
 */
static __always_inline struct weir_denied *denied_opener(
	const struct weir_packet *p, __u8 reason, __u32 revision)
{
	struct weir_denied_place place;
	struct weir_denied_key key;
	struct weir_denied *d;

	denied_key_of(&key, p, reason);
	if (!denied_place(&key, &place))
		return 0;
	d = denied_find(&place, &key);
	return d && d->revision == revision ? d : 0;
}

#endif
