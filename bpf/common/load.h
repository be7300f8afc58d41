/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* load.h - every load of packet data. */
#ifndef WEIR_LOAD_H
#define WEIR_LOAD_H

#include <linux/types.h>
#include <bpf/bpf_endian.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/*
 * Loads as they lie in memory. Packets are not aligned; the kernels we run on load them in one go
 * all the same (CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS), where clang would go byte by byte if it
 * were told.
 */
#ifdef __bpf__
#define WEIR_LOAD(type, at) (*(const type *)(at))
#else
#define WEIR_LOAD(type, at)                                                                        \
	({                                                                                         \
		type value_;                                                                       \
		__builtin_memcpy(&value_, at, sizeof(value_));                                     \
		value_;                                                                            \
	})
#endif

static __always_inline __be16 raw_be16(const void *at)
{
	return WEIR_LOAD(__be16, at);
}

static __always_inline __be32 raw_be32(const void *at)
{
	return WEIR_LOAD(__be32, at);
}

static __always_inline __be64 raw_be64(const void *at)
{
	return WEIR_LOAD(__be64, at);
}

static __always_inline __u16 load_be16(const void *at)
{
	return bpf_ntohs(raw_be16(at));
}

#endif
