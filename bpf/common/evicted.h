/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* evicted.h - what an entry had counted that makes room for another goes to user space. */
#ifndef WEIR_EVICTED_H
#define WEIR_EVICTED_H

#include "knobs.h"
#include "log.h"

/* null: as many as limit have yet to be read. */
static __always_inline union weir_eviction *evicted_record(struct weir_log **log, __u32 limit)
{
	return log_record(&weir_event_logs, &weir_events, weir_event_records, limit, log);
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
