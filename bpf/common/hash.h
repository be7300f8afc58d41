/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* hash.h - one keyed mix for the tables that the programs keep themselves. */
#ifndef WEIR_HASH_H
#define WEIR_HASH_H

#include <stdbool.h>
#include "knobs.h"
#include "packet.h"

/* What differs between IPv4 addresses: both of them, the remote one in the high half. */
static __always_inline __u64 hash_low(const __u64 *w)
{
	return w[1] >> 32 | (w[3] & 0xFFFFFFFF00000000ull);
}

/* What all of them have in common: zero. */
static __always_inline __u64 hash_high(const __u64 *w)
{
	return ((__u32)w[1] | w[3] << 32) ^ 0xFFFF0000FFFF0000ull;
}

/* Both addresses are mapped ones. */
static __always_inline bool hash_is_v4(const __u64 *w)
{
	return !(w[0] | w[2] | hash_high(w));
}

/*
 * A sum of products of the words with secret odd factors, so that who does not know them cannot
 * make two keys meet (but two pairs of IPv6 addresses, by the highest bits of two words: whoever
 * finds by it compares), then one round of mixing: addresses and ports lie in network order, and
 * what varies sits in high bits. The two halves that differ between IPv4 addresses share a word,
 * and what all of them have in common is zero, so that for IPv4 two products are left. Shifts and
 * factor were chosen by the worst bucket of sequential addresses, ports and networks, which is as
 * that of random numbers. Flows have their bucket in the low bits and the way in bits 56-57,
 * connections theirs from bit 18 on, the way in bits 58-61 and their tag in the high half.
 */
static __always_inline __u64 hash_start(const __u64 *w)
{
	__u64 x = hash_low(w) * weir_hash_keys[1];

	/* Not written as a sum: the factors are volatile, and would be loaded to multiply zero. */
	if (!hash_is_v4(w))
		x += w[0] * weir_hash_keys[0] + w[2] * weir_hash_keys[2] +
		     hash_high(w) * weir_hash_keys[3];
	return x;
}

static __always_inline __u64 hash_finish(__u64 x, __u64 last)
{
	x += last * weir_hash_keys[4];
	x ^= x >> 33;
	x *= 0xFF51AFD7ED558CCDull;
	x ^= x >> 28;
	return x;
}

static __always_inline __u64 hash_words(const __u64 *w)
{
	return hash_finish(hash_start(w), w[4]);
}

/* Of the flow that the endpoint at the other side has of the same packets. */
static __always_inline __u64 turned_hash(const struct weir_flow_key *key, __u32 endpoint)
{
	const __u64 *w = (const __u64 *)key;
	__u64 turned[4] = {w[2], w[3], w[0], w[1]};

	return hash_finish(hash_start(turned), turned_ports(key, endpoint));
}

/* What is asked about an opener beside its addresses: the first 46 bits of struct weir_denied_key.
 */
static __always_inline __u64 opener_question(const struct weir_packet *p)
{
	__be16 port = p->direction == WEIR_EGRESS ? p->key.remote_port : p->key.local_port;

	return port | (__u64)p->key.endpoint << 16 | (__u64)p->key.protocol << 32 |
	       (__u64)p->direction << 40;
}

/*
 * The first two words of struct weir_flow but for told. IPv4 addresses fit; of IPv6 addresses it
 * has their product, and whoever finds it compares them with the detail.
 */
static __always_inline void packet_name(struct weir_packet *p, const __u64 *w, __u64 start)
{
	p->name[0] = hash_low(w);
	p->name[1] = w[4];
	if (!hash_is_v4(w)) {
		p->name[0] = start;
		p->name[1] |= (__u64)WEIR_FLOW_IPV6 << 32;
	}
}

/* Of its flow, whose name is found on the way. */
static __always_inline __u64 packet_hash_flow(struct weir_packet *p)
{
	const __u64 *w = (const __u64 *)&p->key;
	__u64 start = hash_start(w);

	packet_name(p, w, start);
	p->hash = hash_finish(start, w[4]);
	p->opener_hash = 0;
	return start;
}

/* Of its flow, and of all that is alike in the openers of one service. */
static __always_inline void packet_hash(struct weir_packet *p)
{
	__u64 start = packet_hash_flow(p);

	p->opener_hash = hash_finish(start, opener_question(p));
}

/*
 * Asks for a line of memory that is needed later: those that are asked for together are waited for
 * together, where each by itself would be waited for behind a call or a clock reading.
 */
static __always_inline void line_ask(const void *at)
{
	__u32 word = *(const volatile __u32 *)at;

	asm volatile("" : : "r"(word));
}

/* Two pairs of addresses. */
static __always_inline bool pairs_equal(const __u64 *a, const __u64 *b)
{
	return !((a[3] ^ b[3]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[0] ^ b[0]));
}

/* The word that differs most often comes first. */
static __always_inline bool words_equal(const __u64 *a, const __u64 *b)
{
	return a[4] == b[4] && pairs_equal(a, b);
}

#endif
