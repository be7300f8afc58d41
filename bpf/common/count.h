/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * count.h - per-CPU counters by endpoint, direction and reason, and by rule.
 *
 * Plain additions are exact: each CPU has its own region, and the programs run with bottom halves
 * off, so that none interrupts another on the same CPU.
 */
#ifndef WEIR_COUNT_H
#define WEIR_COUNT_H

#include "knobs.h"
#include "maps.h"
#include "parse.h"

/* An object that wants to know why each packet had its verdict says what to do with that. */
#ifndef WEIR_COUNTED
#define WEIR_COUNTED(p, reason, rule)
#endif

static __always_inline struct weir_counters *counters_of_cpu(__u32 cpu, __u32 endpoint)
{
	__u32 index = cpu * weir_endpoints_max + endpoint;

	return bpf_map_lookup_elem(&weir_counters, &index);
}

static __always_inline struct weir_counters *counters_get(__u32 endpoint)
{
	return counters_of_cpu(bpf_get_smp_processor_id(), endpoint);
}

static __always_inline void count_add(struct weir_count *cell, const struct weir_packet *p)
{
	cell->packets += p->packets;
	cell->bytes += p->bytes;
}

static __always_inline void count_rule(__u32 cpu, __u32 rule, const struct weir_packet *p)
{
	struct weir_count *cell;
	__u32 index;

	if (!rule)
		return;
	index = cpu * weir_rules_max + rule;
	cell = bpf_map_lookup_elem(&weir_rules, &index);
	if (cell)
		count_add(cell, p);
}

/* Counts the packet where each packet is counted once. */
static __always_inline void count_packet(const struct weir_packet *p, __u32 reason, __u32 rule)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct weir_counters *c = counters_of_cpu(cpu, p->key.endpoint);

	/* The verifier has to see the check on the very register that indexes. */
	barrier_var(reason);
	if (c && reason < WEIR_REASON_COUNT)
		count_add(&c->by_reason[p->direction & 1][reason], p);
	count_rule(cpu, rule, p);
	WEIR_COUNTED(p, reason, rule);
}

#endif
