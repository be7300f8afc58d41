/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * conntrack.h - second level: who opened a connection, whether that was allowed, and how far TCP
 * is. Shared by all CPUs; written when a connection opens, changes state or closes, and refreshed
 * every few seconds (weir_control.refresh). A table of our own, because a look-up of a kernel
 * hash costs 40 ns where this costs 10, and an insertion 200, or 400 once it is full.
 */
#ifndef WEIR_CONNTRACK_H
#define WEIR_CONNTRACK_H

#include "count.h"
#include "epoch.h"
#include "hash.h"
#include "tcp.h"

struct weir_connection_place {
	struct weir_connection_bucket *bucket;
	__u32 way;
	__u32 tag;
};

static __always_inline bool connection_place(__u64 hash, struct weir_connection_place *place)
{
	__u32 index = (__u32)(hash >> 18) & (weir_connection_buckets - 1);

	place->tag = (__u32)(hash >> 32) | WEIR_TAG_USED;
	place->way = (__u32)(hash >> 58) & (WEIR_CONNECTION_WAYS - 1);
	place->bucket = bpf_map_lookup_elem(&weir_conntrack, &index);
	return place->bucket;
}

/* The lines of the way where a connection that nobody knows will most likely be entered. */
static __always_inline void connection_ask(const struct weir_connection_place *place)
{
	__u32 way = place->way & (WEIR_CONNECTION_WAYS - 1);
	const struct weir_connection *c = &place->bucket->way[way];

	line_ask(&place->bucket->tag[way]);
	line_ask(&place->bucket->expires[way]);
	line_ask(&c->key);
	line_ask(&c->flags);
}

/*
 * The connection of key, whether or not its time is over; place says where it is then. place is
 * where the search starts. Small enough to be unrolled, which spares the verifier a loop.
 */
static __always_inline struct weir_connection *connection_find(
	struct weir_connection_place *place, const struct weir_flow_key *key)
{
	__u32 first = place->way;
	__u32 turn;

#pragma clang loop unroll(full)
	for (turn = 0; turn < WEIR_CONNECTION_WAYS; turn++) {
		__u32 way = (first ^ turn) & (WEIR_CONNECTION_WAYS - 1);
		__u32 tag = place->bucket->tag[way];
		struct weir_connection *c = &place->bucket->way[way];

		if (tag == WEIR_TAG_NEVER)
			return 0;
		if (tag != place->tag)
			continue;
		if (!words_equal((const __u64 *)&c->key, (const __u64 *)key))
			continue;
		place->way = way;
		return c;
	}
	return 0;
}

static __always_inline bool connection_expired(const struct weir_connection_place *place, __u32 now)
{
	return (__s32)(place->bucket->expires[place->way & (WEIR_CONNECTION_WAYS - 1)] - now) < 0;
}

/* Something was heard of the connection at now. */
static __always_inline void connection_touch(
	const struct weir_connection_place *place, const struct weir_connection *c, __u32 now)
{
	place->bucket->expires[place->way & (WEIR_CONNECTION_WAYS - 1)] =
		now +
		connection_timeout(c->key.protocol, c->state, c->flags & WEIR_CONNECTION_REPLIED);
}

/* The way to take for another connection: the first that is free or over, else the next to be. */
static __always_inline __u32 connection_choose(const struct weir_connection_place *place, __u32 now)
{
	__s32 least = 0x7FFFFFFF;
	__u32 chosen = place->way;
	__u32 turn;

#pragma clang loop unroll(full)
	for (turn = 0; turn < WEIR_CONNECTION_WAYS; turn++) {
		__u32 way = (place->way ^ turn) & (WEIR_CONNECTION_WAYS - 1);
		__u32 tag = place->bucket->tag[way];
		__s32 left = (__s32)(place->bucket->expires[way] - now);

		if (tag <= WEIR_TAG_FREE)
			return way;
		if (tag == WEIR_TAG_BUSY)
			continue;
		if (left < 0)
			return way;
		if (left < least) {
			least = left;
			chosen = way;
		}
	}
	return chosen;
}

static __always_inline void connection_count_evicted(const struct weir_connection *c)
{
	struct weir_counters *counters = counters_get(c->key.endpoint);

	if (counters)
		counters->connections_evicted++;
}

/*
 * Takes a way for the connection of key: its own if it has one, and BUSY until
 * connection_publish(). Null when another CPU took the same one at the same moment.
 */
static __always_inline struct weir_connection *connection_claim(
	struct weir_connection_place *place, const struct weir_flow_key *key, __u32 now)
{
	struct weir_connection *c = connection_find(place, key);
	__u32 way = (c ? place->way : connection_choose(place, now)) & (WEIR_CONNECTION_WAYS - 1);
	__u32 tag = place->bucket->tag[way];

	if (tag == WEIR_TAG_BUSY ||
		__sync_val_compare_and_swap(&place->bucket->tag[way], tag, WEIR_TAG_BUSY) != tag)
		return 0;
	if (!c && tag > WEIR_TAG_BUSY && (__s32)(place->bucket->expires[way] - now) >= 0)
		connection_count_evicted(&place->bucket->way[way]);
	place->way = way;
	return &place->bucket->way[way];
}

/*
 * As connection_claim(), and once more where another CPU took the way at this moment: most likely
 * for this very connection, which will do if it is there by now.
 */
static __always_inline struct weir_connection *connection_enter(struct weir_connection_place *place,
	const struct weir_flow_key *key, __u32 now, bool *there)
{
	struct weir_connection *c = connection_claim(place, key, now);

	*there = false;
	if (c)
		return c;
	c = connection_find(place, key);
	if (c)
		*there = true;
	else
		c = connection_claim(place, key, now);
	return c;
}

static __always_inline void connection_publish(const struct weir_connection_place *place)
{
	store_release(&place->bucket->tag[place->way & (WEIR_CONNECTION_WAYS - 1)], place->tag);
}

#endif
