/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* connection.h - a connection of conntrack is opened, moved on, judged again, put back. */
#ifndef WEIR_CONNECTION_H
#define WEIR_CONNECTION_H

#include "conntrack.h"
#include "flow.h"
#include "judge.h"

/*
 * Conntrack forgot a connection that this CPU's cache still knows: it is put back, and judged again
 * with the packet that asks.
 */
__noinline int connection_restore(
	const struct weir_flow *f, __u32 slot, const struct weir_packet *p, __u32 now)
{
	const struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_connection_place place;
	struct weir_connection *c;
	bool there;

	if (!f || !p || !detail || !connection_place(p->hash, &place))
		return -1;
	c = connection_enter(&place, &p->key, now, &there);
	if (!c)
		return -1;
	if (there)
		return 0;
	c->key = p->key;
	c->revision = WEIR_REVISION_NONE;
	c->policy = detail->policy;
	c->rule = flow_rule(f);
	c->remote_identity = detail->remote_identity;
	c->created = detail->created;
	c->reason = flow_reason(f);
	c->verdict = c->reason == WEIR_REASON_AUDIT ? WEIR_AUDIT : WEIR_ALLOWED;
	c->opener = detail->flags & WEIR_FLOW_OPENED_BY_LOCAL ? WEIR_EGRESS : WEIR_INGRESS;
	c->state = detail->state;
	c->step_ns = 0;
	c->handshake_network_ns = detail->handshake_network_ns;
	c->handshake_container_ns = detail->handshake_container_ns;
	c->flags = 0;
	if (detail->flags & WEIR_FLOW_REPLIED)
		c->flags |= WEIR_CONNECTION_REPLIED;
	if (flow_marks(f) & WEIR_MARK_VERIFIED)
		c->flags |= WEIR_CONNECTION_LOCAL_VERIFIED;
	if (c->reason == WEIR_REASON_ADOPTED)
		c->flags |= WEIR_CONNECTION_ADOPTED;
	connection_touch(&place, c, now);
	connection_publish(&place);
	return 0;
}

static __always_inline bool flow_outlives_conntrack(
	const struct weir_context *ctx, const struct weir_flow *f, __u32 slot)
{
	const struct weir_flow_detail *detail = flow_detail(slot);

	if (!detail || detail->flags & WEIR_FLOW_UNCACHED)
		return false;
	return ctx->now - f->last_seen <=
	       connection_timeout(f->protocol, detail->state, detail->flags & WEIR_FLOW_REPLIED);
}

/* A reset that ends an attempt, and a verdict that cuts one, are counted as failed. */
static __always_inline void connection_failed(__u32 endpoint)
{
	struct weir_counters *counters = counters_get(endpoint);

	if (counters)
		counters->connections_failed++;
}

/* A connection decided under another revision is judged again, as its opener's packet would be. */
static __always_inline void connection_judge_again(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_flow_key *key, struct weir_connection *c)
{
	__u32 policy = (__u32)endpoint_policy(ep, ctx->revision);
	struct weir_decision d = {};

	if (!(c->flags & WEIR_CONNECTION_ADOPTED) || c->policy != policy) {
		judge_connection(ctx, key, c->opener, &d);
		c->flags &= ~WEIR_CONNECTION_ADOPTED;
		c->policy = policy;
		c->remote_identity = d.remote_identity;
		c->rule = d.rule;
		c->reason = d.verdict == WEIR_DENIED ? WEIR_REASON_CUT : d.reason;
		c->verdict = d.verdict;
		if (c->verdict == WEIR_DENIED &&
			(c->state == WEIR_TCP_SYN_SENT || c->state == WEIR_TCP_SYN_ACKED))
			connection_failed(key->endpoint);
	}
	c->revision = ctx->revision;
}

/* A SYN on what has ended, or from the side that did not open, is another connection. */
static __always_inline bool opens_another(
	const struct weir_connection *c, const struct weir_packet *p)
{
	return tcp_is_opening(p) && (c->state >= WEIR_TCP_CLOSING || p->direction != c->opener);
}

/*
 * Enters the connection of this packet, judged and allowed, into conntrack. ended: when the one was
 * created whose tuple it takes, 0 = none; two may share a jiffy, and must not look like one.
 * Returns the way it took in its bucket, or -1: no way was to be had.
 */
__noinline int connection_open(const struct weir_context *ctx, const struct weir_packet *p,
	const struct weir_decision *d, __u32 ended)
{
	struct weir_connection_place place;
	struct weir_counters *counters;
	const struct weir_endpoint *ep;
	struct weir_connection *c;
	bool there;

	if (!ctx || !p || !d)
		return -1;
	ep = endpoint_get(p->key.endpoint);
	if (!ep || !connection_place(p->hash, &place))
		return -1;
	c = connection_enter(&place, &p->key, ctx->now, &there);
	if (!c)
		return -1;
	if (there)
		return place.way;
	c->key = p->key;
	c->revision = ctx->revision;
	c->policy = (__u32)endpoint_policy(ep, ctx->revision);
	c->rule = d->rule;
	c->remote_identity = d->remote_identity;
	c->created = ctx->now != ended ? ctx->now : ended + 1;
	c->verdict = d->verdict;
	c->reason = d->reason;
	c->opener = p->direction;
	c->state = WEIR_TCP_NONE;
	c->step_ns = 0;
	c->handshake_network_ns = 0;
	c->handshake_container_ns = 0;
	c->flags = 0;
	if (p->direction == WEIR_EGRESS || endpoint_owns(ep, p->key.local))
		c->flags = WEIR_CONNECTION_LOCAL_VERIFIED;
	tcp_open(c, p);
	if (c->state == WEIR_TCP_SYN_SENT) {
		counters = counters_get(p->key.endpoint);
		if (counters)
			counters->connections_opened++;
	}
	connection_touch(&place, c, ctx->now);
	connection_publish(&place);
	return place.way;
}

static __always_inline void connection_advance(struct weir_packet *p, struct weir_connection *c)
{
	if (p->direction != c->opener)
		c->flags |= WEIR_CONNECTION_REPLIED;
	if (p->key.protocol == WEIR_PROTO_TCP && p->fragment != WEIR_FRAGMENT_LATER) {
		__u8 before = c->state;

		tcp_track(c, p);
		if (c->state == WEIR_TCP_REFUSED && before != WEIR_TCP_REFUSED)
			connection_failed(p->key.endpoint);
	}
}

/* The connection of a packet, put back from the flow cache where conntrack lost it. */
static __always_inline struct weir_connection *connection_of(const struct weir_context *ctx,
	const struct weir_packet *p, struct weir_connection_place *place)
{
	struct weir_connection *c = connection_find(place, &p->key);
	struct weir_flow_place cached;
	struct weir_flow *f;

	/* A SYN of a connection that nobody knows is the usual case, and a cached flow the rare
	 * one. */
	if (c || tcp_is_opening(p) || !flow_place(p->hash, &cached))
		return c;
	f = flow_find(&cached, p);
	if (!f || !flow_outlives_conntrack(ctx, f, flow_slot(&cached)))
		return 0;
	if (connection_restore(f, flow_slot(&cached), p, ctx->now))
		return 0;
	return connection_find(place, &p->key);
}

#endif
