/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * log.h - what a CPU tells user space, in memory that both have: one writer, one reader. No lock
 * and no atomic, which would wait for each store that is on its way to a cold line.
 */
#ifndef WEIR_LOG_H
#define WEIR_LOG_H

#include "epoch.h"
#include "maps.h"

/*
 * This CPU's next record, of so many that it has, a power of two; null: as many as limit have yet
 * to be read. log says which one it is of.
 */
static __always_inline void *log_record(
	void *logs, void *records, __u32 of_cpu, __u32 limit, struct weir_log **log)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 at;

	*log = bpf_map_lookup_elem(logs, &cpu);
	if (!*log)
		return 0;
	if ((*log)->written - *(volatile __u64 *)&(*log)->read >= limit) {
		(*log)->lost++;
		return 0;
	}
	at = cpu * of_cpu + ((__u32)(*log)->written & (of_cpu - 1));
	return bpf_map_lookup_elem(records, &at);
}

/* The record is there to be read. */
static __always_inline void log_publish(struct weir_log *log)
{
	store_release_64(&log->written, log->written + 1);
}

#endif
