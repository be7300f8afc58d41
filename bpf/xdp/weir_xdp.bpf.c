// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The shield: on the host side of a container's veth, it sees what the container sends before the
 * stack does, drops and counts what policy denies, and leaves all else to the TC program, which
 * counts that. So a packet is counted once, by whoever decided its fate.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "plain.h"
#include "verdict.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* True when a connection that TC allowed under this revision exists: the packet is TC's. */
static __always_inline bool shield_leaves(
	const struct weir_context *ctx, const struct weir_packet *p)
{
	struct weir_connection_place place;

	return connection_place(p->hash, &place) && connection_find(&place, &p->key) &&
	       !connection_expired(&place, ctx->now);
}

static __always_inline bool shield_cached(
	const struct weir_context *ctx, const struct weir_packet *p)
{
	struct weir_flow_place place;
	const struct weir_flow *f;

	if (!flow_place(p->hash, &place))
		return false;
	f = flow_find(&place, p);
	return f && flow_is_of(f, ctx->revision) && flow_marks(f) & WEIR_MARK_VERIFIED;
}

__noinline int shield_decide(const struct weir_context *ctx, const struct weir_packet *p)
{
	const struct weir_endpoint *ep;
	struct weir_decision d = {};

	if (!ctx || !p)
		return WEIR_PASS;
	ep = endpoint_get(p->key.endpoint);
	if (!ep)
		return WEIR_PASS;
	if (!endpoint_sent_by_own_mac(ep, p))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_MAC);
	/* Errors, fragments and what has no key need TC's state; known connections are TC's. */
	if (p->kind != WEIR_PACKET_FLOW || p->fragment != WEIR_FRAGMENT_NONE)
		return WEIR_PASS;
	/* The cache may know a connection that conntrack lost, whose reply looks like a denied
	 * opener. */
	if (shield_cached(ctx, p))
		return WEIR_PASS;
	if (denied_answer(ctx, ep, p))
		return WEIR_DROP;
	if (shield_leaves(ctx, p))
		return WEIR_PASS;
	judge_opener(ctx, ep, p, &d);
	return d.verdict == WEIR_DENIED ? deny(ctx, p, &d) : WEIR_PASS;
}

/* Counted and judged like in TC, from the frame as it lies in memory. */
static __always_inline void frame_start(
	struct xdp_md *xdp, struct weir_packet *p, struct weir_cursor *c)
{
	__u64 length;

	c->data = (void *)(long)xdp->data;
	c->data_end = (void *)(long)xdp->data_end;
	length = c->data_end - c->data;
	barrier_var(length); /* pointers are subtracted as 64 bits, or not at all */
	c->frame = length;
	c->gso = 0;
	c->offset = 0;
	c->end = 0;
	p->bytes = length;
}

__noinline int shield_parse_full(struct xdp_md *xdp, struct weir_packet *p)
{
	struct weir_cursor c;

	if (!p)
		return WEIR_PARSE_MORE;
	frame_start(xdp, p, &c);
	return weir_parse(&c, p);
}

SEC("xdp")
int weir_shield(struct xdp_md *xdp)
{
	const struct weir_interface *interface = interface_get(xdp->ingress_ifindex);
	struct weir_packet p = {.direction = WEIR_EGRESS, .packets = 1};
	struct weir_context ctx;
	struct weir_cursor c;
	int why;

	if (!interface)
		return XDP_PASS;
	ctx.revision = weir_control.revision;
	ctx.now = (__u32)bpf_jiffies64();
	p.key.endpoint = interface->endpoint;
	if (!p.key.endpoint)
		return XDP_PASS; /* unbound this moment */
	frame_start(xdp, &p, &c);
	why = parse_plain(&c, &p);
	if (why < 0)
		why = shield_parse_full(xdp, &p);
	/* What does not parse is TC's to drop: it sees segments and tags that XDP does not. */
	if (why != WEIR_PARSE_OK)
		return XDP_PASS;
	packet_hash(&p);
	return shield_decide(&ctx, &p) == WEIR_PASS ? XDP_PASS : XDP_DROP;
}
