/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * log.h - what a CPU tells user space, in memory that both have: one writer, one reader. No lock
 * and no atomic, which would wait for each store that is on its way to a cold line.
 */
#ifndef WEIR_LOG_H
#define WEIR_LOG_H

#include <stdbool.h>
#include "epoch.h"
#include "maps.h"

/* Records that user space has not read. */
static __always_inline __u64 log_pending(const struct weir_log *log)
{
	return log->written - *(const volatile __u64 *)&log->read;
}

/* Where the next record goes, of so many of each CPU, a power of two. */
static __always_inline __u32 log_place(const struct weir_log *log, __u32 records)
{
	return bpf_get_smp_processor_id() * records + ((__u32)log->written & (records - 1));
}

/* The record is there to be read. */
static __always_inline void log_publish(struct weir_log *log)
{
	store_release_64(&log->written, log->written + 1);
}

#endif
