/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* remember.h - a verdict on a connection goes into the flow cache with the packet that asked. */
#ifndef WEIR_REMEMBER_H
#define WEIR_REMEMBER_H

#include "dns.h"
#include "flow.h"
#include "insight.h"
#include "outcome.h"

/*
 * The directions whose next packet the cache may answer, where nothing but a flag may move the
 * connection on: the opener's, and with the first reply, which conntrack had to see, both. Not
 * after a FIN either: the tuple may be taken again, of which this CPU need not hear.
 */
static __always_inline __u32 flow_answers(
	const struct weir_connection *c, const struct weir_packet *p, bool watched)
{
	__u32 answers = WEIR_MARK_ANSWERS_INGRESS | WEIR_MARK_ANSWERS_EGRESS;

	if ((c->state != WEIR_TCP_NONE && c->state != WEIR_TCP_ESTABLISHED) || watched)
		return 0;
	if (!(c->flags & WEIR_CONNECTION_REPLIED))
		answers = WEIR_MARK_ANSWERS_INGRESS << (p->direction & 1);
	if (!(c->flags & WEIR_CONNECTION_LOCAL_VERIFIED))
		answers &= ~WEIR_MARK_ANSWERS_EGRESS;
	return answers;
}

static __always_inline __u8 flow_flags(const struct weir_connection *c, bool watched)
{
	__u8 flags = 0;

	if (c->flags & WEIR_CONNECTION_REPLIED)
		flags |= WEIR_FLOW_REPLIED;
	if (c->opener == WEIR_EGRESS)
		flags |= WEIR_FLOW_OPENED_BY_LOCAL;
	if (watched)
		flags |= WEIR_FLOW_WATCHED;
	return flags;
}

/* What the flow cache remembers of a verdict. */
static __always_inline void flow_remember(struct weir_flow *f, struct weir_flow_detail *detail,
	const struct weir_connection *c, const struct weir_packet *p)
{
	bool watched = dns_is(&p->key);
	__u32 marks = flow_answers(c, p, watched);
	__u8 flags = flow_flags(c, watched);
	bool news = detail->flags != flags || detail->state != c->state ||
		    detail->handshake_network_ns != c->handshake_network_ns ||
		    detail->handshake_container_ns != c->handshake_container_ns ||
		    detail->remote_identity != c->remote_identity;

	if (c->flags & WEIR_CONNECTION_LOCAL_VERIFIED)
		marks |= WEIR_MARK_VERIFIED;
	flow_decided(f, c->revision, c->rule, c->reason, marks);
	detail->flags = flags;
	detail->state = c->state;
	detail->created = c->created;
	detail->policy = c->policy;
	detail->remote_identity = c->remote_identity;
	detail->handshake_network_ns = c->handshake_network_ns;
	detail->handshake_container_ns = c->handshake_container_ns;
	if (news)
		flow_tell(f);
}

/* created 0: not a connection, but errors about one. */
static __always_inline bool flow_goes_on(const struct weir_flow_detail *detail, __u32 created)
{
	bool uncached = detail->flags & WEIR_FLOW_UNCACHED;

	return created ? !uncached && detail->created == created : uncached;
}

/*
 * Finds or makes the cache entry of p's flow, and says where it and its detail are; what belongs to
 * an older connection is handed over. opened: by this very packet, so that what is there is older.
 */
static __always_inline struct weir_flow *flow_enter(const struct weir_context *ctx,
	const struct weir_packet *p, __u32 created, bool opened, struct weir_flow_place *place,
	struct weir_flow_detail **detail)
{
	struct weir_flow_place first;
	struct weir_flow *f;

	if (!flow_place(p->hash, place))
		return 0;
	first = *place;
	f = flow_find(place, p);
	if (!f) {
		*place = first;
		flow_choose(place);
	}
	*detail = flow_detail(flow_slot(place));
	if (!*detail)
		return 0;
	if (f && !opened && flow_goes_on(*detail, created))
		return f;
	return flow_start(place, *detail, p, ctx->now);
}

/* Passes a packet of an allowed connection, perhaps opened by it: remembered, counted. */
__noinline int pass_connection(const struct weir_context *ctx, const struct weir_packet *p,
	const struct weir_connection *c, __u32 opened)
{
	struct weir_flow_detail *detail;
	struct weir_flow_place place;
	struct weir_flow *f;

	if (!ctx || !p || !c)
		return WEIR_DROP;
	f = flow_enter(ctx, p, c->created, opened, &place, &detail);
	if (f) {
		flow_remember(f, detail, c, p);
		flow_count(f, &place, p, ctx->now);
		/* A SYN has no numbers to follow yet. */
		if (weir_insight_on && p->key.protocol == WEIR_PROTO_TCP &&
			!(p->tcp_flags & WEIR_TCP_SYN) && p->fragment != WEIR_FRAGMENT_LATER) {
			insight_follow(f, detail);
			insight_packet(f, flow_slot(&place), p, ctx->now,
				sample_too_early(c->created, ctx->now));
		}
	}
	count_packet(p, c->reason, c->rule);
	return WEIR_PASS;
}

#endif
