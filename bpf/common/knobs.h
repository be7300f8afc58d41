/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * knobs.h - read-only settings, set by the loader before the programs are loaded. The verifier sees
 * constants, so sizes cost nothing. What may change while programs run is in struct weir_control.
 */
#ifndef WEIR_KNOBS_H
#define WEIR_KNOBS_H

#include <linux/types.h>

/* Buckets of four ways in each CPU's region; powers of two. */
const volatile __u32 weir_flow_buckets = 4096;
const volatile __u32 weir_denied_buckets = 256;
/* Shifted by it, a bucket's number among weir_flow_buckets is that of its part. */
const volatile __u32 weir_flow_part_shift = 6;
/* 0 takes round trips, retransmissions and the like out of the programs. */
const volatile __u32 weir_insight_on = 1;
/* 0 takes the copies of DNS messages out of the programs. */
const volatile __u32 weir_dns_on = 1;
/* 0 takes out of the programs that they tell whose socket a connection is. */
const volatile __u32 weir_processes_on = 1;
/* Records of each CPU's region of weir_events; a power of two. */
const volatile __u32 weir_event_records = 1024;
/* Likewise of weir_processes. */
const volatile __u32 weir_process_records = 1024;
/* 0 takes out of the programs that they redirect frames past the bridge. */
const volatile __u32 weir_redirect_on = 1;
/* Buckets of sixteen ways, for all CPUs; a power of two. */
const volatile __u32 weir_connection_buckets = 16384;
/* Entries of weir_endpoints, and of one CPU's region of weir_counters. */
const volatile __u32 weir_endpoints_max = 2048;
/* Entries of one CPU's region of weir_rules. */
const volatile __u32 weir_rules_max = 65536;
/* Possible CPUs: how many regions there are. */
const volatile __u32 weir_cpus = 1;
/* Random and odd, made anew with the tables, so that nobody outside can aim at one bucket. */
const volatile __u64 weir_hash_keys[5] = {0x9E3779B97F4A7C15ull, 0xD6E8FEB86659FD93ull,
	0xA0761D6478BD642Full, 0xE7037ED1A0B428DBull, 0x8EBC6AF09C88C6E3ull};

#endif
