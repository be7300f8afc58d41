/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* evicted.h - what an entry had counted that makes room for another goes to user space. */
#ifndef WEIR_EVICTED_H
#define WEIR_EVICTED_H

#include "knobs.h"
#include "log.h"

/* This CPU's next record; null: as many as limit have yet to be read. */
static __always_inline union weir_eviction *evicted_record(struct weir_log **log, __u32 limit)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 at;

	*log = bpf_map_lookup_elem(&weir_event_logs, &cpu);
	if (!*log)
		return 0;
	if (log_pending(*log) >= limit) {
		(*log)->lost++;
		return 0;
	}
	at = log_place(*log, weir_event_records);
	return bpf_map_lookup_elem(&weir_events, &at);
}

/* slot: the entry's number among this CPU's. */
static __always_inline void evicted_head(
	union weir_eviction *e, enum weir_event_type type, __u32 slot)
{
	e->head.type = type;
	e->head.cpu = bpf_get_smp_processor_id();
	e->head.slot = slot;
	e->head.zero = 0;
}

#endif
