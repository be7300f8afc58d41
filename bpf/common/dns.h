/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * dns.h - DNS messages of containers, copied for user space. Nothing is read of them here.
 *
 * A flow to port 53 of UDP or TCP is watched: the cache never answers for it, so that each of its
 * packets comes by dns_copy() once it was let through; other packets pay nothing. Sources: RFC 1035
 * 4.2. Not copied: fragments, what lies behind WEIR_DNS_PAYLOAD.
 */
#ifndef WEIR_DNS_H
#define WEIR_DNS_H

#include "count.h"
#include "scratch.h"

#define WEIR_DNS_PORT 53

static __always_inline bool dns_is(const struct weir_flow_key *key)
{
	return weir_dns_on && key->remote_port == bpf_htons(WEIR_DNS_PORT) &&
	       (key->protocol == WEIR_PROTO_UDP || key->protocol == WEIR_PROTO_TCP);
}

static __always_inline void dns_lost(__u32 endpoint)
{
	struct weir_counters *c = counters_get(endpoint);

	if (c)
		c->dns_lost++;
}

/*
 * A length between 1 and WEIR_DNS_PAYLOAD, in a way that the verifier of 6.1 can follow: it draws
 * no bound from a comparison with zero.
 */
static __always_inline __u32 dns_length(__u32 length)
{
	__u32 less = length - 1;

	barrier_var(less);
	return (less & (WEIR_DNS_PAYLOAD - 1)) + 1;
}

_Static_assert((WEIR_DNS_PAYLOAD & (WEIR_DNS_PAYLOAD - 1)) == 0, "a mask is made of it");

/* The packet in weir_scratch, which was let through, if it is DNS. Always 0. */
__noinline int dns_copy(struct __sk_buff *skb)
{
	struct weir_scratch *scratch = scratch_get();
	const struct weir_packet *p;
	struct weir_dns_event *event;
	__u32 length;

	if (!scratch)
		return 0;
	p = &scratch->packet;
	if (!dns_is(&p->key) || p->kind != WEIR_PACKET_FLOW || p->fragment != WEIR_FRAGMENT_NONE ||
		p->header_length >= skb->len)
		return 0;
	event = &scratch->dns;
	event->head.type = WEIR_EVENT_DNS;
	event->head.cpu = bpf_get_smp_processor_id();
	event->head.slot = 0;
	event->head.zero = 0;
	event->key = p->key;
	event->ktime_ns = bpf_ktime_get_ns();
	length = skb->len - p->header_length;
	length = dns_length(length < WEIR_DNS_PAYLOAD ? length : WEIR_DNS_PAYLOAD);
	event->length = length;
	event->direction = p->direction;
	event->zero = 0;
	event->seq = p->key.protocol == WEIR_PROTO_TCP ? p->seq : 0;
	if (bpf_skb_load_bytes(skb, p->header_length, event->payload, length))
		return 0;
	if (bpf_ringbuf_output(&weir_dns, event, WEIR_DNS_HEAD + length, BPF_RB_NO_WAKEUP))
		dns_lost(p->key.endpoint);
	return 0;
}

#endif
