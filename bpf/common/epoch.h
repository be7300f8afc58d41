/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* epoch.h - an entry's epoch is odd while it changes hands, so that a reader never mixes two
 * owners. */
#ifndef WEIR_EPOCH_H
#define WEIR_EPOCH_H

#include <linux/types.h>

/* A full barrier on every architecture: using the result makes it an atomic fetch. */
static inline __attribute__((always_inline)) void epoch_step(__u32 *epoch)
{
	__u32 before = __sync_fetch_and_add(epoch, 1);

	asm volatile("" : : "r"(before));
}

#endif
