/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * packet.h - a packet at either TC hook of a container's veth, from the frame to the verdict. Here
 * is only the packet of a flow already decided: one probe of one table of this CPU, no lock, no
 * atomic, no helper. The rest is verdict.h.
 */
#ifndef WEIR_TC_PACKET_H
#define WEIR_TC_PACKET_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "verdict.h"

/* Other programs on the hook, and the stack, go on with what we let pass. */
#define WEIR_TC_PASS TC_ACT_UNSPEC

/* A frame with less than this in its linear part is made linear before the full parse. */
#define WEIR_PARSE_LINEAR 256

/*
 * True when the cache may answer: decided under this revision, heard of by conntrack lately, seen
 * in this direction before, and nothing in the packet that moves the connection's state.
 */
static __always_inline bool flow_may_answer(const struct weir_flow *f,
	const struct weir_context *ctx, const struct weir_control *control,
	const struct weir_packet *p)
{
	if (f->revision != ctx->revision || ctx->now - f->refreshed >= control->refresh)
		return false;
	if (p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_FIN | WEIR_TCP_RST))
		return false;
	if (f->state != WEIR_TCP_NONE && f->state != WEIR_TCP_ESTABLISHED)
		return false;
	if (f->flags & (WEIR_FLOW_UNCACHED | WEIR_FLOW_WATCHED) || !f->packets[p->direction & 1])
		return false;
	return p->direction == WEIR_INGRESS || f->flags & WEIR_FLOW_LOCAL_VERIFIED;
}

/* Packets and bytes as the other side receives them: what segmentation will make of this one. */
static __always_inline void packet_measure(struct weir_packet *p, __u32 length, __u32 segments)
{
	p->packets = segments > 1 ? segments : 1;
	p->bytes = length + (p->packets - 1) * p->header_length;
}

/* The stack takes the outermost tag out of the frame before the programs see it. */
static __always_inline __u16 vlan_of(const struct __sk_buff *skb)
{
	return skb->vlan_present ? skb->vlan_tci & 0xFFF : 0;
}

static __always_inline void cursor_start(
	struct weir_cursor *c, const struct __sk_buff *skb, __u8 mode)
{
	c->data = (void *)(long)skb->data;
	c->data_end = (void *)(long)skb->data_end;
	c->frame = skb->len;
	c->gso = skb->gso_segs > 1;
	c->offset = 0;
	c->end = 0;
	c->mode = mode;
}

/* The verdict on p, the packet in weir_scratch; DNS that passes is copied. */
static __always_inline int decide_and_copy(
	struct __sk_buff *skb, const struct weir_context *ctx, struct weir_packet *p)
{
	int outcome = weir_decide(ctx, p);

	if (outcome == WEIR_PASS && dns_is(&p->key))
		dns_copy(skb);
	return outcome;
}

/* Everything but a packet that a cache has the answer for. Returns enum weir_outcome. */
__noinline int weir_slow(struct __sk_buff *skb, __u32 number, __u32 direction, __u32 revision)
{
	const struct weir_control *control = control_get();
	struct weir_scratch *scratch = scratch_get();
	struct weir_context ctx;
	struct weir_packet *p;
	struct weir_cursor c;
	int why;

	if (!control || !scratch)
		return WEIR_PASS;
	p = &scratch->packet;
	__builtin_memset(p, 0, sizeof(*p));
	p->direction = direction & 1;
	p->key.endpoint = number;
	/* Headers beyond the linear part are rare, so all that a header chain may need is pulled.
	 */
	if (skb->data + WEIR_PARSE_LINEAR > skb->data_end)
		bpf_skb_pull_data(skb, skb->len < WEIR_PARSE_LIMIT ? skb->len : WEIR_PARSE_LIMIT);
	cursor_start(&c, skb, WEIR_FULL);
	why = weir_parse(&c, p);
	packet_measure(p, skb->len, skb->gso_segs);
	p->vlan = vlan_of(skb);
	if (why == WEIR_PARSE_MORE)
		why = WEIR_REASON_EXTENSION_HEADERS;
	if (why != WEIR_PARSE_OK)
		return pass_or_drop(p, why);
	ctx.revision = revision;
	ctx.now = (__u32)bpf_jiffies64();
	p->hash = hash_words((const __u64 *)&p->key);
	return decide_and_copy(skb, &ctx, p);
}

enum weir_quick_answer {
	WEIR_QUICK_NONE = 0, /* not one of the plain packets: parse it in full */
	WEIR_QUICK_PASS = 1,
	WEIR_QUICK_KNOWN = 2, /* parsed; a flow of the cache, but it cannot answer */
	WEIR_QUICK_UNKNOWN = 3,
};

static __always_inline bool quick_own_mac(const struct weir_packet *p)
{
	const struct weir_endpoint *ep = endpoint_get(p->key.endpoint);

	return ep && endpoint_sent_by_own_mac(ep, p);
}

/* The packet of a flow already decided: all in registers. */
static __always_inline enum weir_quick_answer weir_quick(struct __sk_buff *skb,
	const struct weir_control *control, struct weir_packet *p, struct weir_context *ctx)
{
	struct weir_flow_place place;
	struct weir_cursor c;
	struct weir_flow *f;

	cursor_start(&c, skb, WEIR_QUICK);
	if (weir_parse(&c, p) != WEIR_PARSE_OK)
		return WEIR_QUICK_NONE;
	if (p->direction == WEIR_EGRESS && !quick_own_mac(p))
		return WEIR_QUICK_NONE;
	packet_measure(p, skb->len, skb->gso_segs);
	ctx->now = (__u32)bpf_jiffies64();
	p->hash = hash_words((const __u64 *)&p->key);
	if (!flow_place(p->hash, &place))
		return WEIR_QUICK_NONE;
	f = flow_find(&place, &p->key);
	if (!f)
		return WEIR_QUICK_UNKNOWN;
	if (!flow_may_answer(f, ctx, control, p))
		return WEIR_QUICK_KNOWN;
	flow_count(f, p, ctx->now);
	if (weir_insight_on && p->tcp) {
		parse_tcp_numbers(p, p->tcp);
		insight_packet(f, p, ctx->now, control->refresh);
	}
	count_packet(p, f->reason, f->rule);
	return WEIR_QUICK_PASS;
}

/* Only here does a plain packet leave the registers: for a denied opener already known, or to be
 * decided. */
static __always_inline int quick_decide(struct __sk_buff *skb, const struct weir_packet *parsed,
	const struct weir_context *ctx, bool known)
{
	struct weir_scratch *scratch = scratch_get();
	struct weir_packet *p;

	if (!scratch)
		return WEIR_DROP;
	p = &scratch->packet;
	p->payload = 0;
	if (parsed->tcp && !(parsed->tcp_flags & WEIR_TCP_SYN)) {
		p->payload = parsed->payload;
		parse_tcp_numbers(p, parsed->tcp);
	}
	p->key = parsed->key;
	p->source_mac = parsed->source_mac;
	p->hash = parsed->hash;
	p->bytes = parsed->bytes;
	p->packets = parsed->packets;
	p->header_length = parsed->header_length;
	p->direction = parsed->direction;
	p->kind = WEIR_PACKET_FLOW;
	p->fragment = WEIR_FRAGMENT_NONE;
	p->tcp_flags = parsed->tcp_flags;
	p->vlan = vlan_of(skb);
	p->dscp = parsed->dscp;
	p->ecn = parsed->ecn;
	p->icmp_type = 0;
	p->icmp_code = 0;
	if (!known && denied_hinted(scratch, denied_hint_of(denied_hash_of_packet(p)), ctx->now) &&
		denied_answer(p, ctx->revision, ctx->now))
		return WEIR_DROP;
	return decide_and_copy(skb, ctx, p);
}

/* 12 bits of the revision that let a packet pass, beside 4 that nobody else sets by chance. */
static __always_inline __u16 revision_stamp(__u32 revision)
{
	return 0xA000 | (revision & 0xFFF);
}

/*
 * A packet between two containers of this node sees one revision at both: where the second hook is
 * one ahead of what the first has left in tc_index, it goes by the first one's. What that was stays
 * in place until the change after the next.
 */
static __always_inline __u32 packet_revision(
	const struct __sk_buff *skb, const struct weir_control *control, __u8 direction)
{
	__u32 revision = control->revision;

	if (direction == WEIR_INGRESS && skb->tc_index == revision_stamp(revision - 1))
		return revision - 1;
	return revision;
}

static __always_inline int weir_packet_in(struct __sk_buff *skb, __u8 direction)
{
	const struct weir_control *control = control_get();
	struct weir_context ctx;
	enum weir_quick_answer answer;
	struct weir_packet p;
	int outcome;
	__u32 number;

	number = endpoint_number(skb->ifindex);
	if (!number || !control)
		return WEIR_TC_PASS;
	p.direction = direction;
	p.fragment = WEIR_FRAGMENT_NONE;
	p.tcp_flags = 0;
	p.tcp = 0;
	p.key.endpoint = number;
	ctx.revision = packet_revision(skb, control, direction);
	if (direction == WEIR_EGRESS)
		skb->tc_index = revision_stamp(ctx.revision);
	answer = weir_quick(skb, control, &p, &ctx);
	if (answer == WEIR_QUICK_PASS)
		return WEIR_TC_PASS;
	if (answer == WEIR_QUICK_NONE)
		outcome = weir_slow(skb, number, direction, ctx.revision);
	else
		outcome = quick_decide(skb, &p, &ctx, answer == WEIR_QUICK_KNOWN);
	return outcome == WEIR_PASS ? WEIR_TC_PASS : TC_ACT_SHOT;
}

#endif
