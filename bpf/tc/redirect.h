/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * redirect.h - whom a frame is for that a container sends to another of its bridge, and the short
 * way there (DESIGN 2.9, docs/redirect.md).
 */
#ifndef WEIR_TC_REDIRECT_H
#define WEIR_TC_REDIRECT_H

#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <bpf/bpf_helpers.h>
#include "count.h"
#include "endpoint.h"

/* The bridge that frames of this interface may be redirected past; 0: none. */
static __always_inline __u64 fdb_bridge(const struct weir_interface *interface)
{
	return interface->station >> WEIR_STATION_BRIDGE;
}

/* Null: nobody's, or not to be redirected to. A group address is nobody's. */
static __always_inline const struct weir_fdb_entry *fdb_get(__u64 station)
{
	__u32 bucket = station * WEIR_FDB_FACTOR >> 32 & (WEIR_FDB_BUCKETS - 1);
	int i;

#pragma unroll
	for (i = 0; i < WEIR_FDB_WAYS; i++)
		if (weir_fdb[bucket].way[i].station == station)
			return &weir_fdb[bucket].way[i];
	return 0;
}

/* Whom a frame is for that its container sends to another of its bridge; null: the bridge knows. */
static __always_inline const struct weir_fdb_entry *redirect_target(
	const struct __sk_buff *skb, struct weir_interface *interface)
{
	const __u8 *at = (void *)(long)skb->data;
	const struct weir_fdb_entry *to;
	__u64 now = bpf_jiffies64();
	__u16 period = now >> WEIR_BRIDGED_SHIFT;

	if (!weir_redirect_on || !fdb_bridge(interface) ||
		now >= *(const volatile __u64 *)&weir_control.redirect_until || skb->vlan_present ||
		at + WEIR_ETH_LENGTH > (const __u8 *)(long)skb->data_end)
		return 0;
	to = fdb_get((__u64)raw_be32(at) | (__u64)raw_be16(at + 4) << 32 |
		     fdb_bridge(interface) << WEIR_STATION_BRIDGE);
	if (!to || to->endpoint == interface->endpoint)
		return 0;
	if (interface->bridged != period) {
		interface->bridged = period;
		return 0;
	}
	return to;
}

/* Into the veth of the container it is for, without the bridge and the two queues on its way. */
static __always_inline int redirect(struct __sk_buff *skb, const struct weir_fdb_entry *to)
{
	struct weir_counters *counters = counters_get(to->endpoint);

	if (counters) {
		counters->redirected.packets++;
		counters->redirected.bytes += skb->len;
	}
	bpf_skb_change_type(skb, PACKET_HOST);
	return bpf_redirect_peer(to->ifindex, 0);
}

#endif
