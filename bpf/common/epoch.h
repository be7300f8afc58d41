/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * epoch.h - an entry's epoch is odd while it changes hands, so that a reader never mixes two
 * owners.
 */
#ifndef WEIR_EPOCH_H
#define WEIR_EPOCH_H

#include <linux/types.h>

/*
 * Reads stay in their order, and writes in theirs: what is written before is seen before. On x86
 * that is so (Intel SDM 3A 9.2.2, AMD APM 2 7.2), and the compiler's order has to be ours.
 * Elsewhere an atomic is the only barrier that BPF had before load-acquire and store-release of
 * 6.15, and one in both directions. at: any word of ours.
 */
#ifdef __TARGET_ARCH_x86
#define WEIR_IN_ORDER(at) asm volatile("" : : : "memory")
#define WEIR_STORE_RELEASE(type, at, value)                                                        \
	do {                                                                                       \
		WEIR_IN_ORDER(at);                                                                 \
		*(volatile type *)(at) = (value);                                                  \
		WEIR_IN_ORDER(at);                                                                 \
	} while (0)
#else
#define WEIR_IN_ORDER(at)                   __sync_fetch_and_add(at, 0)
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

/* To odd before anything of the entry is written, to even after all of it is. */
static inline __attribute__((always_inline)) void epoch_step(__u32 *epoch)
{
	store_release(epoch, *(volatile __u32 *)epoch + 1);
}

#endif
