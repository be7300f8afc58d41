/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * maps.h - every map, nothing else. The loader sets max_entries from the settings and the place of
 * the pins; the numbers here only have to be valid.
 */
#ifndef WEIR_MAPS_H
#define WEIR_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* Read and written by user space through mmap, per-CPU regions where the comment in abi.h says so.
 */
#define WEIR_SHARED_ARRAY(name, entry)                                                             \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(map_flags, BPF_F_MMAPABLE);                                                 \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__type(value, entry);                                                              \
	} name SEC(".maps")

WEIR_SHARED_ARRAY(weir_endpoints, struct weir_endpoint);
WEIR_SHARED_ARRAY(weir_flows, struct weir_flow_bucket);
WEIR_SHARED_ARRAY(weir_flow_details, struct weir_flow_detail);
WEIR_SHARED_ARRAY(weir_flow_stamps, struct weir_flow_stamps);
WEIR_SHARED_ARRAY(weir_conntrack, struct weir_connection_bucket);
WEIR_SHARED_ARRAY(weir_denied, struct weir_denied_bucket);
WEIR_SHARED_ARRAY(weir_counters, struct weir_counters);
WEIR_SHARED_ARRAY(weir_rules, struct weir_count);
WEIR_SHARED_ARRAY(weir_event_logs, struct weir_log);
WEIR_SHARED_ARRAY(weir_events, union weir_eviction);

/*
 * Arrays like those, of one entry: as variables they are read at an address that the programs know,
 * where a look-up is sixteen instructions, and its key a detour over the stack.
 */
struct weir_control weir_control SEC(".data.weir_control");
struct weir_interface_bucket weir_interfaces[WEIR_INTERFACE_BUCKETS] SEC(".data.weir_interfaces");
struct weir_fdb_bucket weir_fdb[WEIR_FDB_BUCKETS] SEC(".data.weir_fdb");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct weir_fragment_key);
	__type(value, struct weir_fragment);
} weir_fragments SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 524288);
	__type(key, struct weir_address);
	__type(value, struct weir_peer);
} weir_peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct weir_cidr_v4);
	__type(value, struct weir_peer);
} weir_cidrs_v4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct weir_cidr_v6);
	__type(value, struct weir_peer);
} weir_cidrs_v6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1048576);
	__type(key, struct weir_policy_key);
	__type(value, struct weir_policy_row);
} weir_policy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 << 10);
} weir_dns SEC(".maps");

#endif
