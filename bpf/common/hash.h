/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* hash.h - one seeded mix for the tables that the programs keep themselves. */
#ifndef WEIR_HASH_H
#define WEIR_HASH_H

#include <stdbool.h>
#include "knobs.h"

/*
 * A seeded sum of products, then the finalizer of MurmurHash3: addresses and ports lie in network
 * order, so what varies sits in high bits, and one multiplication would leave it there. Flows have
 * their bucket in the low bits and the way in bits 56-57, connections theirs from bit 18 on, the
 * way in bits 58-61 and their tag in the high half.
 */
static __always_inline __u64 hash_words(const __u64 *w)
{
	__u64 x = weir_hash_seed;

	x += w[0] * 0x9E3779B97F4A7C15ull;
	x += w[1] * 0xD6E8FEB86659FD93ull;
	x += w[2] * 0xA0761D6478BD642Full;
	x += w[3] * 0xE7037ED1A0B428DBull;
	x += w[4] * 0x8EBC6AF09C88C6E3ull;
	x ^= x >> 32;
	x *= 0xFF51AFD7ED558CCDull;
	x ^= x >> 32;
	x *= 0xC4CEB9FE1A85EC53ull;
	x ^= x >> 32;
	return x;
}

/* The word that differs most often comes first. */
static __always_inline bool words_equal(const __u64 *a, const __u64 *b)
{
	if (a[4] != b[4])
		return false;
	return !((a[3] ^ b[3]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[0] ^ b[0]));
}

#endif
