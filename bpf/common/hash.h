/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* hash.h - one seeded mix for the tables that the programs keep themselves. */
#ifndef WEIR_HASH_H
#define WEIR_HASH_H

#include <stdbool.h>
#include "knobs.h"

/*
 * A sum of products of the seeded words, so that who does not know the seed cannot make two keys
 * meet, then one round of mixing: addresses and ports lie in network order, and what varies sits in
 * high bits. Shifts and factor were chosen by the worst bucket of sequential addresses, ports and
 * networks, which is as that of random numbers. Flows have their bucket in the low bits and the way
 * in bits 56-57, connections theirs from bit 18 on, the way in bits 58-61 and their tag in the high
 * half.
 */
static __always_inline __u64 hash_start(const __u64 *w)
{
	__u64 seed = weir_hash_seed;
	__u64 x;

	x = (w[0] ^ seed) * 0x9E3779B97F4A7C15ull;
	x += (w[1] ^ seed) * 0xD6E8FEB86659FD93ull;
	x += (w[2] ^ seed) * 0xA0761D6478BD642Full;
	x += (w[3] ^ seed) * 0xE7037ED1A0B428DBull;
	return x;
}

static __always_inline __u64 hash_finish(__u64 x, __u64 last)
{
	x += (last ^ weir_hash_seed) * 0x8EBC6AF09C88C6E3ull;
	x ^= x >> 33;
	x *= 0xFF51AFD7ED558CCDull;
	x ^= x >> 28;
	return x;
}

static __always_inline __u64 hash_words(const __u64 *w)
{
	return hash_finish(hash_start(w), w[4]);
}

/* The word that differs most often comes first. */
static __always_inline bool words_equal(const __u64 *a, const __u64 *b)
{
	if (a[4] != b[4])
		return false;
	return !((a[3] ^ b[3]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[0] ^ b[0]));
}

#endif
