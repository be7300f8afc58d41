/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* endpoint.h - which container an interface belongs to, and which addresses are its own. */
#ifndef WEIR_ENDPOINT_H
#define WEIR_ENDPOINT_H

#include <stdbool.h>
#include "identity.h"
#include "knobs.h"
#include "maps.h"
#include "parse.h"

/* Whose interface it is; null = not managed. */
static __always_inline struct weir_interface *interface_get(__u32 ifindex)
{
	struct weir_interface_bucket *bucket =
		&weir_interfaces[ifindex & (WEIR_INTERFACE_BUCKETS - 1)];
	int i;

#pragma unroll
	for (i = 0; i < WEIR_INTERFACE_WAYS; i++)
		if (bucket->way[i].ifindex == ifindex)
			return &bucket->way[i];
	return 0;
}

static __always_inline const struct weir_endpoint *endpoint_get(__u32 number)
{
	return bpf_map_lookup_elem(&weir_endpoints, &number);
}

static __always_inline __u64 endpoint_policy(const struct weir_endpoint *ep, __u32 revision)
{
	return ep->policy[revision & 1];
}

/* True when some row denies what is opened in the direction. */
static __always_inline bool endpoint_denies(
	const struct weir_endpoint *ep, __u32 revision, __u8 direction)
{
	return endpoint_policy(ep, revision) >> 32 >> (direction & 1) & WEIR_POLICY_DENIES_INGRESS;
}

static __always_inline bool endpoint_isolated(
	const struct weir_endpoint *ep, __u32 revision, __u8 direction)
{
	return endpoint_policy(ep, revision) >> 32 >> (direction & 1) &
	       WEIR_POLICY_ISOLATED_INGRESS;
}

/* Isolated, or a row denies: what policy cannot judge (no peer, no ports) does not pass then. */
static __always_inline bool endpoint_restricted(
	const struct weir_endpoint *ep, __u32 revision, __u8 direction)
{
	__u64 flags = WEIR_POLICY_ISOLATED_INGRESS | WEIR_POLICY_DENIES_INGRESS;

	return endpoint_policy(ep, revision) >> 32 >> (direction & 1) & flags;
}

static __always_inline bool endpoint_sent_by_own_mac(
	const struct weir_endpoint *ep, const struct weir_packet *p)
{
	__u64 mac = (__u64)raw_be32(ep->mac) | (__u64)raw_be16(ep->mac + 4) << 32;

	return mac == p->source_mac;
}

/* fe80::/64 with the interface identifier that RFC 4291 appendix A makes of the MAC. */
static __always_inline bool endpoint_is_eui64(const struct weir_endpoint *ep, const __be32 *address)
{
	__u32 high = (__u32)ep->mac[0] << 24 | (__u32)ep->mac[1] << 16 | (__u32)ep->mac[2] << 8;
	__u32 low = (__u32)ep->mac[3] << 16 | (__u32)ep->mac[4] << 8 | ep->mac[5];

	return address[0] == bpf_htonl(0xFE800000) && address[1] == 0 &&
	       address[2] == bpf_htonl((high ^ 0x02000000) | 0xFF) &&
	       address[3] == bpf_htonl(0xFE000000 | low);
}

/* True when address is one of the endpoint's own. */
static __always_inline bool endpoint_owns(const struct weir_endpoint *ep, const __be32 *address)
{
	int i;

	for (i = 0; i < WEIR_ENDPOINT_ADDRESSES; i++) {
		if (i >= ep->address_count)
			break;
		if (ep->addresses[i][3] == address[3] && ep->addresses[i][2] == address[2] &&
			ep->addresses[i][1] == address[1] && ep->addresses[i][0] == address[0])
			return true;
	}
	return endpoint_is_eui64(ep, address);
}

/* Neighbour discovery and listener reports may come from :: and from any link-local address. */
static __always_inline bool endpoint_owns_neighbour_source(
	const struct weir_endpoint *ep, const __be32 *address)
{
	if (!(address[0] | address[1] | address[2] | address[3]))
		return true;
	if ((address[0] & bpf_htonl(0xFFC00000)) == bpf_htonl(0xFE800000))
		return true;
	return endpoint_owns(ep, address);
}

/* Its own addresses, and 0.0.0.0, with which ARP asks whether another has one (RFC 5227). */
static __always_inline bool endpoint_may_claim(
	const struct weir_endpoint *ep, const __be32 *address)
{
	return endpoint_owns(ep, address) || (address_is_v4(address) && !address[3]);
}

#endif
