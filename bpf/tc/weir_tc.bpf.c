// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The programs on the host side of a container's veth. TC ingress of that interface is what the
 * container sends, TC egress is what it will receive. Here is only the packet of a flow already
 * decided: one probe of one table of this CPU, no lock, no atomic, no helper. The rest is
 * verdict.h.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "verdict.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Other programs on the hook, and the stack, go on with what we let pass. */
#define WEIR_TC_PASS TC_ACT_UNSPEC

/* A frame with less than this in its linear part is made linear before the full parse. */
#define WEIR_PARSE_LINEAR 256

/*
 * True when the cache may answer: decided under this revision, heard of by conntrack lately, seen
 * in this direction before, and nothing in the packet that moves the connection's state.
 */
static __always_inline bool flow_may_answer(const struct weir_flow *f,
	const struct weir_context *ctx, const struct weir_endpoint *ep,
	const struct weir_control *control, const struct weir_packet *p)
{
	if (f->revision != ctx->revision || ctx->now - f->refreshed >= control->refresh)
		return false;
	if (p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_FIN | WEIR_TCP_RST))
		return false;
	if (f->state != WEIR_TCP_NONE && f->state != WEIR_TCP_ESTABLISHED)
		return false;
	if (f->flags & WEIR_FLOW_UNCACHED || !f->packets[p->direction & 1])
		return false;
	return p->direction == WEIR_INGRESS ||
	       (f->flags & WEIR_FLOW_LOCAL_VERIFIED && endpoint_sent_by_own_mac(ep, p));
}

static __always_inline bool flow_answer(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_control *control,
	const struct weir_packet *p)
{
	struct weir_flow_place place;
	struct weir_flow *f;

	if (p->kind != WEIR_PACKET_FLOW || p->fragment != WEIR_FRAGMENT_NONE)
		return false;
	if (!flow_place(&p->key, &place))
		return false;
	f = flow_find(&place, &p->key);
	if (!f || !flow_may_answer(f, ctx, ep, control, p))
		return false;
	flow_count(f, p, ctx->now);
	count_packet(p, f->reason, f->rule);
	return true;
}

/* Packets and bytes as the other side receives them: what segmentation will make of this one. */
static __always_inline void packet_measure(struct weir_packet *p, __u32 length, __u32 segments)
{
	p->packets = segments > 1 ? segments : 1;
	p->bytes = length + (p->packets - 1) * p->header_length;
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

/* What the quick parse leaves: tags, options, extension headers, fragments, ICMP, the rest. */
__noinline int parse_full(struct __sk_buff *skb, struct weir_packet *p)
{
	struct weir_cursor c;

	if (!p)
		return WEIR_REASON_MALFORMED_LINK;
	/* Headers beyond the linear part are rare, so all that a header chain may need is pulled.
	 */
	if (skb->data + WEIR_PARSE_LINEAR > skb->data_end &&
		bpf_skb_pull_data(skb, skb->len < WEIR_PARSE_LIMIT ? skb->len : WEIR_PARSE_LIMIT))
		return WEIR_REASON_MALFORMED_LINK;
	cursor_start(&c, skb, WEIR_FULL);
	return weir_parse(&c, p);
}

static __always_inline int parse_skb(struct __sk_buff *skb, struct weir_packet *p)
{
	struct weir_cursor c;
	int why;

	cursor_start(&c, skb, WEIR_QUICK);
	why = weir_parse(&c, p);
	if (why < 0)
		why = parse_full(skb, p);
	return why == WEIR_PARSE_MORE ? WEIR_REASON_EXTENSION_HEADERS : why;
}

static __always_inline int weir_packet_in(struct __sk_buff *skb, __u8 direction)
{
	struct weir_packet p = {.direction = direction};
	const struct weir_control *control = control_get();
	const struct weir_endpoint *ep;
	struct weir_context ctx;
	__u32 number;
	int why;

	number = endpoint_number(skb->ifindex);
	if (!number)
		return WEIR_TC_PASS;
	ep = endpoint_get(number);
	if (!ep || !control)
		return WEIR_TC_PASS;
	ctx.revision = control->revision;
	ctx.now = (__u32)bpf_jiffies64();
	p.key.endpoint = number;
	why = parse_skb(skb, &p);
	packet_measure(&p, skb->len, skb->gso_segs);
	if (why != WEIR_PARSE_OK)
		return pass_or_drop(&p, why) == WEIR_PASS ? WEIR_TC_PASS : TC_ACT_SHOT;
	if (flow_answer(&ctx, ep, control, &p))
		return WEIR_TC_PASS;
	return weir_decide(&ctx, &p) == WEIR_PASS ? WEIR_TC_PASS : TC_ACT_SHOT;
}

SEC("tc")
int weir_from_container(struct __sk_buff *skb)
{
	return weir_packet_in(skb, WEIR_EGRESS);
}

SEC("tc")
int weir_to_container(struct __sk_buff *skb)
{
	return weir_packet_in(skb, WEIR_INGRESS);
}
