/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * sockets.h - which process has a socket. Written by the programs at the sockets, where the process
 * is the current task (bpf/process), and read by those that see its packets (bpf/tc).
 */
#ifndef WEIR_SOCKETS_H
#define WEIR_SOCKETS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"
#include "epoch.h"

#define WEIR_PROCESS_SLOTS 16384

/*
 * Who called connect(), or close(), in the place that the socket's cookie names. Cookies are given
 * out in order, so that the oldest makes room; it is needed from the call until the SYN or the FIN
 * passes, a moment later. An array, because a look-up in a hash costs eight times as much, and an
 * insertion fifty.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WEIR_PROCESS_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_process_slot);
} weir_process_slots SEC(".maps");

/* Who bound a socket, or made one for datagrams: as long as the socket lives. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct weir_process);
} weir_process_sockets SEC(".maps");

static __always_inline struct weir_process_slot *process_slot(__u64 cookie)
{
	__u32 index = (__u32)cookie & (WEIR_PROCESS_SLOTS - 1);

	return bpf_map_lookup_elem(&weir_process_slots, &index);
}

static __always_inline void process_slot_put(
	struct weir_process_slot *slot, __u64 cookie, const struct weir_process *process)
{
	store_release_64(&slot->cookie, 0);
	slot->process = *process;
	store_release_64(&slot->cookie, cookie);
}

/* False if the slot is another socket's, also if it became so while it was copied. */
static __always_inline bool process_slot_get(
	struct weir_process_slot *slot, __u64 cookie, struct weir_process *process)
{
	if (slot->cookie != cookie)
		return false;
	*process = slot->process;
	WEIR_IN_ORDER(&slot->cookie);
	return *(volatile __u64 *)&slot->cookie == cookie;
}

#endif
