/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * epoch.h - an entry's epoch is odd while it changes hands, so that a reader never mixes two
 * owners.
 */
#ifndef WEIR_EPOCH_H
#define WEIR_EPOCH_H

#include <linux/types.h>

/*
 * What is written before is seen before. On x86 stores are seen in their order (Intel SDM 3A 9.2.2,
 * AMD APM 2 7.2): the compiler's has to be ours. Elsewhere it is the only barrier that BPF had
 * before load-acquire and store-release of 6.15, and one in both directions.
 */
#ifdef __TARGET_ARCH_x86
#define WEIR_STORE_RELEASE(type, at, value)                                                        \
	do {                                                                                       \
		asm volatile("" : : : "memory");                                                   \
		*(volatile type *)(at) = (value);                                                  \
		asm volatile("" : : : "memory");                                                   \
	} while (0)
#else
#define WEIR_STORE_RELEASE(type, at, value) __sync_lock_test_and_set(at, value)
#endif

static inline __attribute__((always_inline)) void store_release(__u32 *at, __u32 value)
{
	WEIR_STORE_RELEASE(__u32, at, value);
}

static inline __attribute__((always_inline)) void store_release_64(__u64 *at, __u64 value)
{
	WEIR_STORE_RELEASE(__u64, at, value);
}

/* Read after whatever was read before. On x86 loads are in their order too. */
static inline __attribute__((always_inline)) __u64 load_after_64(__u64 *at)
{
#ifdef __TARGET_ARCH_x86
	asm volatile("" : : : "memory");
	return *(volatile __u64 *)at;
#else
	return __sync_fetch_and_add(at, 0);
#endif
}

/* What was written is seen before what will be. at: any word of ours. */
static inline __attribute__((always_inline)) void stores_in_order(__u64 *at)
{
#ifdef __TARGET_ARCH_x86
	(void)at;
	asm volatile("" : : : "memory");
#else
	__sync_fetch_and_add(at, 0);
#endif
}

/* To odd before anything of the entry is written, to even after all of it is. */
static inline __attribute__((always_inline)) void epoch_step(__u32 *epoch)
{
	store_release(epoch, *(volatile __u32 *)epoch + 1);
}

#endif
