/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * quick.h - the packet of a flow already decided: one probe of one table of this CPU, no lock, no
 * atomic, no helper. What it costs is counted in instructions: each protocol family has its own
 * copy, so that what is constant there is, and nothing is kept for the packet that it cannot
 * answer, which is parsed again (hook.h).
 */
#ifndef WEIR_TC_QUICK_H
#define WEIR_TC_QUICK_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "plain.h"
#include "verdict.h"

/* Packets and bytes as the other side receives them: what segmentation will make of this one. */
static __always_inline void packet_measure(struct weir_packet *p, __u32 length, __u32 segments)
{
	p->packets = 1;
	p->bytes = length;
	if (segments > 1) {
		p->packets = segments;
		p->bytes += (segments - 1) * p->header_length;
	}
}

static __always_inline void cursor_start(struct weir_cursor *c, const struct __sk_buff *skb)
{
	c->data = (void *)(long)skb->data;
	c->data_end = (void *)(long)skb->data_end;
	c->frame = skb->len;
	c->gso = skb->gso_segs > 1;
	c->offset = 0;
	c->end = 0;
}

/*
 * Decided under this revision, and heard of by conntrack lately: each flow has its own moment in
 * every refresh jiffies from when on its first packet has to be told.
 */
static __always_inline bool flow_may_answer(
	const struct weir_flow *f, const struct weir_packet *p, const struct weir_context *ctx)
{
	__u32 moment = (__u32)p->hash;

	return flow_is_of(f, ctx->revision) &&
	       flow_marks(f) & WEIR_MARK_ANSWERS_INGRESS << (p->direction & 1) &&
	       ((ctx->now + moment) ^ (f->last_seen + moment)) < weir_control.refresh;
}

/*
 * A packet that moves a TCP connection on, as most of a short one's do: the cache has no answer for
 * it, and quick_answer() need not be asked. False is no promise.
 */
static __always_inline bool plain_moves(const struct __sk_buff *skb)
{
	const __u8 *at = (const __u8 *)(long)skb->data;
	__u32 head;

	if (at + WEIR_PLAIN_V4 + 14 > (const __u8 *)(long)skb->data_end)
		return false;
	head = raw_be32(at + 12); /* ethertype, version and length, DSCP and ECN */
	return (head & bpf_htonl(0xFFFFFF00)) == bpf_htonl(WEIR_ETHERTYPE_IPV4 << 16 | 0x4500) &&
	       at[WEIR_ETH_LENGTH + 9] == WEIR_PROTO_TCP &&
	       at[WEIR_PLAIN_V4 + 13] & (WEIR_TCP_SYN | WEIR_TCP_FIN | WEIR_TCP_RST);
}

/* True when the cache had the answer: the packet is let through, and counted. */
static __always_inline bool quick_answer(struct __sk_buff *skb, const struct weir_cursor *c,
	struct weir_packet *p, struct weir_context *ctx)
{
	struct weir_flow_place place;
	struct weir_flow *f;

	if (p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_FIN | WEIR_TCP_RST))
		return false;
	packet_hash_flow(p);
	if (!flow_place(p->hash, &place))
		return false;
	f = flow_find(&place, p);
	ctx->now = (__u32)bpf_jiffies64();
	if (!f || !flow_may_answer(f, p, ctx))
		return false;
	packet_measure(p, skb->len, skb->gso_segs);
	flow_count(f, &place, p, ctx->now);
	if (c->tcp && weir_insight_on) {
		parse_tcp_numbers(p, c->tcp);
		insight_packet(f, flow_slot(&place), p, ctx->now, false);
	}
	count_packet(p, flow_reason(f), flow_rule(f));
	return true;
}

/* station: of who may send this frame. */
static __always_inline bool quick_packet(
	struct __sk_buff *skb, __u64 station, struct weir_packet *p, struct weir_context *ctx)
{
	struct weir_cursor c;
	const __u8 *at;

	cursor_start(&c, skb);
	if (!plain_has(&c, WEIR_PLAIN_V4 + 8))
		return false;
	at = c.data;
	if (p->direction == WEIR_EGRESS) {
		p->source_mac = (__u64)raw_be32(at + 6) | (__u64)raw_be16(at + 10) << 32;
		if ((p->source_mac ^ station) & WEIR_STATION_MAC)
			return false;
	}
	if (raw_be16(at + 12) == bpf_htons(WEIR_ETHERTYPE_IPV4))
		return plain_v4(&c, p) && quick_answer(skb, &c, p, ctx);
	if (raw_be16(at + 12) == bpf_htons(WEIR_ETHERTYPE_IPV6))
		return plain_has(&c, WEIR_PLAIN_V6 + 8) && plain_v6(&c, p) &&
		       quick_answer(skb, &c, p, ctx);
	return false;
}

#endif
