/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* identity.h - address -> identity: exact addresses first, then the longest CIDR, then the world.
 */
#ifndef WEIR_IDENTITY_H
#define WEIR_IDENTITY_H

#include <stdbool.h>
#include "load.h"
#include "maps.h"

/* The identity that holds under revision; wraps safely. */
static __always_inline __u32 peer_identity(const struct weir_peer *peer, __u32 revision)
{
	return (__s32)(revision - peer->since_revision) >= 0 ? peer->identity
							     : peer->previous_identity;
}

static __always_inline bool address_is_v4(const __be32 *address)
{
	return !(address[0] | address[1]) && address[2] == bpf_htonl(0xFFFF);
}

static __always_inline __u32 identity_of_cidr(
	const __be32 *address, __u32 revision, __u32 control_flags)
{
	const struct weir_peer *peer = 0;

	if (address_is_v4(address)) {
		struct weir_cidr_v4 key = {.prefix_length = 32, .address = address[3]};

		if (control_flags & WEIR_CONTROL_CIDRS_V4)
			peer = bpf_map_lookup_elem(&weir_cidrs_v4, &key);
	} else if (control_flags & WEIR_CONTROL_CIDRS_V6) {
		struct weir_cidr_v6 key = {.prefix_length = 128};

		__builtin_memcpy(key.address, address, 16);
		peer = bpf_map_lookup_elem(&weir_cidrs_v6, &key);
	}
	return peer ? peer_identity(peer, revision) : WEIR_IDENTITY_WORLD;
}

static __always_inline __u32 identity_of(const __be32 *address, __u32 revision, __u32 control_flags)
{
	struct weir_address own; /* see connection_get() */
	const struct weir_peer *peer;
	__u32 identity;

	__builtin_memcpy(&own, address, sizeof(own));
	peer = bpf_map_lookup_elem(&weir_peers, &own);
	identity = peer ? peer_identity(peer, revision) : WEIR_IDENTITY_ANY;

	/* 0: the address was not or is no longer known under this revision. */
	return identity ? identity : identity_of_cidr(address, revision, control_flags);
}

#endif
