/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* fdb.h - which container of this node a frame is for that another sends over their bridge. */
#ifndef WEIR_FDB_H
#define WEIR_FDB_H

#include "endpoint.h"

/* The bridge that frames of this interface may be redirected past; 0: none. */
static __always_inline __u64 fdb_bridge(const struct weir_interface *interface)
{
	return interface->station >> WEIR_STATION_BRIDGE;
}

/* Null: nobody's, or not to be handed over. A group address is nobody's. */
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

#endif
