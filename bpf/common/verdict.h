/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * verdict.h - everything but the packet of a flow already decided: the order of the steps in
 * weir_decide() is the precedence (DESIGN 2.2).
 */
#ifndef WEIR_VERDICT_H
#define WEIR_VERDICT_H

#include "connection.h"
#include "fragment.h"
#include "memo.h"
#include "outcome.h"
#include "remember.h"

static __always_inline int decide_neighbour(
	const struct weir_context *ctx, const struct weir_endpoint *ep, const struct weir_packet *p)
{
	if (p->direction == WEIR_INGRESS)
		return pass_or_drop(p, WEIR_REASON_NEIGHBOUR);
	/* ARP has no key: protocol 0. */
	if (p->key.protocol == WEIR_PROTO_ICMPV6 &&
		!endpoint_owns_neighbour_source(ep, p->key.local))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_ADDRESS);
	if (p->claimed_mac && p->claimed_mac != p->source_mac)
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_MAC);
	if (p->claimed_mac && !endpoint_may_claim(ep, p->claimed))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_ADDRESS);
	return pass_or_drop(p, WEIR_REASON_NEIGHBOUR);
}

/* An ICMP error is as welcome as the connection it quotes (RFC 792, RFC 4443 2.4). */
__noinline int decide_related(const struct weir_context *ctx, const struct weir_packet *p)
{
	const struct weir_connection *quoted;
	struct weir_connection_place place;
	struct weir_flow_detail *detail;
	struct weir_flow_place cached;
	const struct weir_endpoint *ep;
	struct weir_flow *f;

	if (!ctx || !p || !p->quoted.endpoint)
		return -1;
	ep = endpoint_get(p->key.endpoint);
	if (!ep || !connection_place(hash_words((const __u64 *)&p->quoted), &place))
		return -1;
	quoted = connection_find(&place, &p->quoted);
	if (!quoted || connection_expired(&place, ctx->now))
		return -1;
	/* An error follows a packet of the connection, which was decided again then. */
	if (quoted->verdict == WEIR_DENIED || quoted->revision != ctx->revision)
		return -1;
	if (p->direction == WEIR_EGRESS && !endpoint_owns(ep, p->key.local))
		return -1;
	f = flow_enter(ctx, p, 0, false, &cached, &detail);
	if (f) {
		flow_decided(f, ctx->revision, quoted->rule, WEIR_REASON_RELATED, 0);
		detail->flags = WEIR_FLOW_UNCACHED;
		if (p->direction == WEIR_EGRESS)
			detail->flags |= WEIR_FLOW_OPENED_BY_LOCAL;
		detail->remote_identity =
			identity_of(p->key.remote, ctx->revision, weir_control.flags);
		detail->icmp_type = p->icmp_type;
		detail->icmp_code = p->icmp_code;
		flow_tell(f);
		flow_count(f, &cached, p, ctx->now);
	}
	count_packet(p, WEIR_REASON_RELATED, 0);
	return WEIR_PASS;
}

/* A packet that belongs to no connection we know opens one, if policy lets it. */
static __always_inline int decide_opener(const struct weir_context *ctx,
	const struct weir_endpoint *ep, struct weir_packet *p,
	const struct weir_connection_place *place, __u32 ended)
{
	struct weir_decision d = {};
	int way;

	if (!p->opener_hash)
		packet_hash(p);
	judge_opener(ctx, ep, p, &d);
	if (d.verdict == WEIR_DENIED)
		return deny(ctx, p, &d);
	way = connection_open(ctx, p, &d, ended);
	if (way < 0)
		return deny_for(ctx, p, WEIR_REASON_TABLE_FULL);
	return pass_connection(ctx, p, &place->bucket->way[way & (WEIR_CONNECTION_WAYS - 1)], 1);
}

/* place: of p's connection, there or to be. */
static __always_inline int decide_flow(const struct weir_context *ctx,
	const struct weir_endpoint *ep, struct weir_packet *p, struct weir_connection_place *place)
{
	struct weir_decision d = {};
	struct weir_connection *c;

	c = connection_of(ctx, p, place);
	if (!c || connection_expired(place, ctx->now))
		return decide_opener(ctx, ep, p, place, 0);
	if (opens_another(c, p))
		return decide_opener(ctx, ep, p, place, c->created);
	if (p->direction == WEIR_EGRESS && !(c->flags & WEIR_CONNECTION_LOCAL_VERIFIED))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_ADDRESS);
	if (c->revision != ctx->revision)
		connection_judge_again(ctx, ep, &p->key, c);
	if (c->verdict != WEIR_DENIED)
		connection_advance(p, c);
	/* A denied one too is kept alive while either side goes on, so that replies do not open it
	 * anew. */
	connection_touch(place, c, ctx->now);
	if (c->verdict != WEIR_DENIED)
		return pass_connection(ctx, p, c, 0);
	decide(&d, WEIR_DENIED, WEIR_REASON_CUT, c->rule);
	d.remote_identity = c->remote_identity;
	return deny(ctx, p, &d);
}

/*
 * True when this CPU knows that policy denies such an opener, and p is no reply; it is counted
 * then. A SYN is never a reply.
 */
static __always_inline bool denied_answer(
	const struct weir_context *ctx, const struct weir_endpoint *ep, const struct weir_packet *p)
{
	struct weir_connection_place place;
	struct weir_denied *d;

	d = denied_opener(p, WEIR_REASON_NO_RULE, ctx->revision);
	if (!d && endpoint_denies(ep, ctx->revision, p->direction))
		d = denied_opener(p, WEIR_REASON_DENY_RULE, ctx->revision);
	if (!d)
		return false;
	if (!tcp_is_opening(p) &&
		(!connection_place(p->hash, &place) || connection_find(&place, &p->key)))
		return false;
	denied_count(d, p, ctx->now);
	count_packet(p, d->reason, d->rule);
	return true;
}

/* Decides a packet that the caches had no answer for. Returns enum weir_outcome. */
__noinline int weir_decide(const struct weir_context *ctx, struct weir_packet *p)
{
	struct weir_connection_place place;
	const struct weir_endpoint *ep;
	bool restricted;

	if (!ctx || !p)
		return WEIR_DROP;
	ep = endpoint_get(p->key.endpoint);
	if (!ep)
		return WEIR_DROP;
	restricted = endpoint_restricted(ep, ctx->revision, p->direction);
	if (p->direction == WEIR_EGRESS && !endpoint_sent_by_own_mac(ep, p))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_MAC);
	if (p->kind == WEIR_PACKET_NEIGHBOUR)
		return decide_neighbour(ctx, ep, p);
	if (p->kind == WEIR_PACKET_NON_IP)
		return pass_or_drop(
			p, restricted ? WEIR_REASON_NON_IP_ISOLATED : WEIR_REASON_NON_IP);
	if (p->fragment != WEIR_FRAGMENT_NONE) {
		if (!fragment_resolve(p, ctx->now) && restricted)
			return deny_for(ctx, p, WEIR_REASON_FRAGMENT_UNKNOWN);
		packet_hash(p);
	}
	if (p->kind == WEIR_PACKET_ICMP_ERROR && decide_related(ctx, p) == WEIR_PASS)
		return WEIR_PASS;
	return connection_place(p->hash, &place) ? decide_flow(ctx, ep, p, &place) : WEIR_DROP;
}

#endif
