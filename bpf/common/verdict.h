/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * verdict.h - everything but the packet of a flow already decided: the order of the steps in
 * weir_decide() is the precedence (DESIGN 2.2).
 */
#ifndef WEIR_VERDICT_H
#define WEIR_VERDICT_H

#include "conntrack.h"
#include "denied.h"
#include "dns.h"
#include "flow.h"
#include "memo.h"
#include "scratch.h"

enum weir_outcome {
	WEIR_PASS = 0,
	WEIR_DROP = 1,
};

static __always_inline int deny(
	const struct weir_context *ctx, const struct weir_packet *p, const struct weir_decision *d)
{
	struct weir_denial denial = {
		.revision = ctx->revision,
		.now = ctx->now,
		.rule = d->rule,
		.remote_identity = d->remote_identity,
		.reason = d->reason,
	};

	denied_record(p, &denial);
	return WEIR_DROP;
}

static __always_inline int deny_for(
	const struct weir_context *ctx, const struct weir_packet *p, __u8 reason)
{
	struct weir_decision d = {.reason = reason};

	return deny(ctx, p, &d);
}

/* Packets without a flow key: counted, never recorded. */
static __always_inline int pass_or_drop(const struct weir_packet *p, __u8 reason)
{
	count_packet(p, reason, 0);
	return reason >= WEIR_REASON_FIRST_DROP ? WEIR_DROP : WEIR_PASS;
}

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

static __always_inline void fragment_key_of(
	struct weir_fragment_key *key, const struct weir_packet *p)
{
	__builtin_memcpy(key->local, p->key.local, 16);
	__builtin_memcpy(key->remote, p->key.remote, 16);
	key->id = p->fragment_id;
	key->endpoint = p->key.endpoint;
	key->protocol = p->fragment_protocol;
	key->direction = p->direction;
}

/* The first fragment leaves its ports, later ones take them. 0: the first was not seen. */
__noinline int fragment_resolve(struct weir_packet *p, __u32 now)
{
	struct weir_fragment_key key;
	struct weir_fragment *found;

	if (!p)
		return 0;
	fragment_key_of(&key, p);
	if (p->fragment == WEIR_FRAGMENT_FIRST) {
		struct weir_fragment ports = {
			.local_port = p->key.local_port,
			.remote_port = p->key.remote_port,
			.seen = now,
			.protocol = p->key.protocol,
		};

		bpf_map_update_elem(&weir_fragments, &key, &ports, BPF_ANY);
		return 1;
	}
	found = bpf_map_lookup_elem(&weir_fragments, &key);
	if (!found)
		return 0;
	p->key.local_port = found->local_port;
	p->key.remote_port = found->remote_port;
	p->key.protocol = found->protocol;
	return 1;
}

/* Conntrack forgot a connection that this CPU's cache still knows: it is put back. */
__noinline int connection_restore(const struct weir_flow *f, __u64 hash, __u32 now)
{
	const struct weir_control *control = control_get();
	struct weir_connection_place place;
	struct weir_connection *c;

	if (!f || !control || !connection_place(hash, &place))
		return -1;
	c = connection_claim(&place, &f->key, now);
	if (!c)
		return -1;
	c->key = f->key;
	c->revision = f->revision;
	c->policy = f->policy;
	c->rule = f->rule;
	c->remote_identity = f->remote_identity;
	c->created = f->created;
	c->verdict = f->verdict;
	c->reason = f->reason;
	c->opener = f->flags & WEIR_FLOW_OPENED_BY_LOCAL ? WEIR_EGRESS : WEIR_INGRESS;
	c->state = f->state;
	c->step_ns = 0;
	c->handshake_network_ns = f->handshake_network_ns;
	c->handshake_container_ns = f->handshake_container_ns;
	c->flags = 0;
	if (f->flags & WEIR_FLOW_REPLIED)
		c->flags |= WEIR_CONNECTION_REPLIED;
	if (f->flags & WEIR_FLOW_LOCAL_VERIFIED)
		c->flags |= WEIR_CONNECTION_LOCAL_VERIFIED;
	if (f->reason == WEIR_REASON_ADOPTED)
		c->flags |= WEIR_CONNECTION_ADOPTED;
	connection_touch(&place, c, control, now);
	connection_publish(&place);
	return 0;
}

static __always_inline bool flow_outlives_conntrack(const struct weir_context *ctx,
	const struct weir_control *control, const struct weir_flow *f)
{
	if (f->flags & WEIR_FLOW_UNCACHED)
		return false;
	return ctx->now - f->last_seen <=
	       connection_timeout(control, f->key.protocol, f->state, f->flags & WEIR_FLOW_REPLIED);
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
 * The directions whose next packet the cache may answer: one that conntrack has seen a packet of,
 * because the first reply moves the connection on, and only where nothing else may move it.
 */
static __always_inline __u8 flow_answers(
	const struct weir_flow *f, const struct weir_connection *c, __u8 direction)
{
	__u8 answers = f->flags & (WEIR_FLOW_ANSWERS_INGRESS | WEIR_FLOW_ANSWERS_EGRESS);

	if ((c->state != WEIR_TCP_NONE && c->state != WEIR_TCP_ESTABLISHED) || dns_is(&f->key))
		return 0;
	if (direction == WEIR_INGRESS)
		return answers | WEIR_FLOW_ANSWERS_INGRESS;
	return c->flags & WEIR_CONNECTION_LOCAL_VERIFIED ? answers | WEIR_FLOW_ANSWERS_EGRESS
							 : answers;
}

/* What the flow cache remembers of a verdict. */
static __always_inline void flow_remember(struct weir_flow *f, const struct weir_context *ctx,
	const struct weir_connection *c, __u8 direction)
{
	__u8 flags = flow_answers(f, c, direction);

	if (c->flags & WEIR_CONNECTION_LOCAL_VERIFIED)
		flags |= WEIR_FLOW_LOCAL_VERIFIED;
	if (c->flags & WEIR_CONNECTION_REPLIED)
		flags |= WEIR_FLOW_REPLIED;
	if (c->opener == WEIR_EGRESS)
		flags |= WEIR_FLOW_OPENED_BY_LOCAL;
	if (dns_is(&f->key))
		flags |= WEIR_FLOW_WATCHED;
	f->flags = flags;
	f->verdict = c->verdict;
	f->reason = c->reason;
	f->rule = c->rule;
	f->state = c->state;
	f->created = c->created;
	if (f->handshake_network_ns != c->handshake_network_ns ||
		f->handshake_container_ns != c->handshake_container_ns ||
		f->remote_identity != c->remote_identity)
		f->told++;
	f->policy = c->policy;
	f->remote_identity = c->remote_identity;
	f->handshake_network_ns = c->handshake_network_ns;
	f->handshake_container_ns = c->handshake_container_ns;
	f->refreshed = ctx->now;
	f->revision = c->revision;
}

/* created 0: not a connection, but errors about one. */
static __always_inline bool flow_goes_on(const struct weir_flow *f, __u32 created)
{
	bool uncached = f->flags & WEIR_FLOW_UNCACHED;

	return created ? !uncached && f->created == created : uncached;
}

/*
 * Finds or makes the cache entry of p's flow, and says where it is; what belongs to an older
 * connection is handed over.
 */
static __always_inline struct weir_flow *flow_enter(const struct weir_context *ctx,
	const struct weir_packet *p, __u32 created, struct weir_flow_place *place)
{
	struct weir_flow_place first;
	struct weir_flow *f;

	if (!flow_place(p->hash, place))
		return 0;
	first = *place;
	f = flow_find(place, &p->key);
	if (f && flow_goes_on(f, created))
		return f;
	if (!f) {
		*place = first;
		flow_choose(place);
	}
	return flow_start(place, p, ctx->now);
}

/* Passes a packet of an allowed connection: remembered, counted. */
__noinline int pass_connection(const struct weir_context *ctx, const struct weir_packet *p,
	const struct weir_connection *c)
{
	const struct weir_control *control = control_get();
	struct weir_flow_place place;
	struct weir_flow *f;

	if (!ctx || !p || !c || !control)
		return WEIR_DROP;
	f = flow_enter(ctx, p, c->created, &place);
	if (f) {
		flow_remember(f, ctx, c, p->direction);
		flow_count(f, p, ctx->now);
		/* A SYN has no numbers to follow yet. */
		if (weir_insight_on && p->key.protocol == WEIR_PROTO_TCP &&
			!(p->tcp_flags & WEIR_TCP_SYN) && p->fragment != WEIR_FRAGMENT_LATER) {
			insight_follow(f);
			insight_packet(f, p, ctx->now, control->refresh);
		}
	}
	count_packet(p, c->reason, c->rule);
	return WEIR_PASS;
}

/*
 * Enters the connection of this packet, judged and allowed, into conntrack. ended: when the one was
 * created whose tuple it takes, 0 = none; two may share a jiffy, and must not look like one.
 * Returns the way it took in its bucket, or -1: no way was to be had.
 */
__noinline int connection_open(const struct weir_context *ctx, const struct weir_packet *p,
	const struct weir_decision *d, __u32 ended)
{
	const struct weir_control *control = control_get();
	struct weir_connection_place place;
	struct weir_counters *counters;
	const struct weir_endpoint *ep;
	struct weir_connection *c;

	if (!ctx || !p || !d || !control)
		return -1;
	ep = endpoint_get(p->key.endpoint);
	if (!ep || !connection_place(p->hash, &place))
		return -1;
	c = connection_claim(&place, &p->key, ctx->now);
	if (!c)
		return -1;
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
	connection_touch(&place, c, control, ctx->now);
	connection_publish(&place);
	return place.way;
}

/* An ICMP error is as welcome as the connection it quotes (RFC 792, RFC 4443 2.4). */
__noinline int decide_related(const struct weir_context *ctx, const struct weir_packet *p)
{
	const struct weir_control *control = control_get();
	const struct weir_connection *quoted;
	struct weir_connection_place place;
	struct weir_flow_place cached;
	const struct weir_endpoint *ep;
	struct weir_flow *f;

	if (!ctx || !p || !control || !p->quoted.endpoint)
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
	f = flow_enter(ctx, p, 0, &cached);
	if (f) {
		f->flags = WEIR_FLOW_UNCACHED;
		if (p->direction == WEIR_EGRESS)
			f->flags |= WEIR_FLOW_OPENED_BY_LOCAL;
		f->verdict = WEIR_ALLOWED;
		f->reason = WEIR_REASON_RELATED;
		f->rule = quoted->rule;
		f->remote_identity = identity_of(p->key.remote, ctx->revision, control->flags);
		f->icmp_type = p->icmp_type;
		f->icmp_code = p->icmp_code;
		flow_count(f, p, ctx->now);
	}
	count_packet(p, WEIR_REASON_RELATED, 0);
	return WEIR_PASS;
}

/* A packet that belongs to no connection we know opens one, if policy lets it. */
static __always_inline int decide_opener(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_packet *p,
	const struct weir_connection_place *place, __u32 ended)
{
	struct weir_decision d = {};
	int way;

	judge_opener(ctx, ep, p, &d);
	if (d.verdict == WEIR_DENIED)
		return deny(ctx, p, &d);
	way = connection_open(ctx, p, &d, ended);
	if (way < 0)
		return deny_for(ctx, p, WEIR_REASON_TABLE_FULL);
	return pass_connection(ctx, p, &place->bucket->way[way & (WEIR_CONNECTION_WAYS - 1)]);
}

static __always_inline void connection_advance(
	const struct weir_packet *p, struct weir_connection *c)
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
	const struct weir_control *control, const struct weir_packet *p,
	struct weir_connection_place *place)
{
	struct weir_connection *c = connection_find(place, &p->key);
	struct weir_flow_place cached;
	struct weir_flow *f;

	/* A SYN of a connection that nobody knows is the usual case, and a cached flow the rare
	 * one. */
	if (c || tcp_is_opening(p) || !flow_place(p->hash, &cached))
		return c;
	f = flow_find(&cached, &p->key);
	if (!f || !flow_outlives_conntrack(ctx, control, f))
		return 0;
	if (connection_restore(f, p->hash, ctx->now))
		return 0;
	return connection_find(place, &p->key);
}

static __always_inline int decide_flow(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_control *control,
	const struct weir_packet *p)
{
	struct weir_connection_place place;
	struct weir_decision d = {};
	struct weir_connection *c;

	if (!connection_place(p->hash, &place))
		return WEIR_DROP;
	c = connection_of(ctx, control, p, &place);
	if (!c || connection_expired(&place, ctx->now))
		return decide_opener(ctx, ep, p, &place, 0);
	if (opens_another(c, p))
		return decide_opener(ctx, ep, p, &place, c->created);
	if (p->direction == WEIR_EGRESS && !(c->flags & WEIR_CONNECTION_LOCAL_VERIFIED))
		return deny_for(ctx, p, WEIR_REASON_SPOOFED_ADDRESS);
	if (c->revision != ctx->revision)
		connection_judge_again(ctx, ep, &p->key, c);
	if (c->verdict != WEIR_DENIED)
		connection_advance(p, c);
	/* A denied one too is kept alive while either side goes on, so that replies do not open it
	 * anew. */
	connection_touch(&place, c, control, ctx->now);
	if (c->verdict != WEIR_DENIED)
		return pass_connection(ctx, p, c);
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
	const struct weir_control *control = control_get();
	const struct weir_endpoint *ep;
	bool restricted;

	if (!ctx || !p || !control)
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
	return decide_flow(ctx, ep, control, p);
}

#endif
