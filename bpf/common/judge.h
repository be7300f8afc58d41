/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* judge.h - the verdict on a connection, without side effects: TC remembers it, XDP only asks. */
#ifndef WEIR_JUDGE_H
#define WEIR_JUDGE_H

#include "decision.h"
#include "endpoint.h"
#include "identity.h"
#include "policy.h"

/* Destination port as the opener wrote it; protocols without ports have none. */
static __always_inline __be16 service_port(const struct weir_flow_key *key, __u8 opener)
{
	if (!protocol_has_ports(key->protocol))
		return 0;
	return opener == WEIR_EGRESS ? key->remote_port : key->local_port;
}

static __always_inline bool addresses_equal(const __be32 *a, const __be32 *b)
{
	return !((a[3] ^ b[3]) | (a[2] ^ b[2]) | (a[1] ^ b[1]) | (a[0] ^ b[0]));
}

/*
 * d says allowed, not isolated. Audit changes no verdict: where what is enforced lets it pass by
 * default, a rule of an audited policy that would allow it gets the credit.
 */
static __always_inline void decide_by_rows(
	struct weir_decision *d, const struct weir_answer *answer, bool isolated)
{
	if (answer->verdict == WEIR_ROW_DENY)
		decide(d, WEIR_DENIED, WEIR_REASON_DENY_RULE, answer->rule);
	else if (answer->verdict == WEIR_ROW_NONE && isolated)
		decide(d, WEIR_DENIED, WEIR_REASON_NO_RULE, 0);
	else if (answer->audit_verdict == WEIR_ROW_DENY)
		decide(d, WEIR_AUDIT, WEIR_REASON_AUDIT, answer->audit_rule);
	else if (answer->verdict == WEIR_ROW_ALLOW)
		decide(d, WEIR_ALLOWED, WEIR_REASON_POLICY, answer->rule);
	else if (answer->audit_verdict == WEIR_ROW_ALLOW)
		decide(d, WEIR_ALLOWED, WEIR_REASON_POLICY, answer->audit_rule);
}

/* Judges the connection of key, opened in the direction opener, by identity and policy. */
__noinline int judge_connection(const struct weir_context *ctx, const struct weir_flow_key *key,
	__u32 opener, struct weir_decision *d)
{
	const struct weir_endpoint *ep;
	struct weir_question question;
	struct weir_answer answer;
	bool isolated;

	if (!ctx || !key || !d)
		return 0;
	ep = endpoint_get(key->endpoint);
	if (!ep)
		return 0;
	question.policy = endpoint_policy(ep, ctx->revision);
	question.port = service_port(key, opener);
	question.protocol = key->protocol;
	question.direction = opener;
	d->remote_identity = identity_of(key->remote, ctx->revision, weir_control.flags);
	question.identity = d->remote_identity;
	decide(d, WEIR_ALLOWED, WEIR_REASON_HOST, 0);
	if (d->remote_identity == WEIR_IDENTITY_HOST &&
		!(weir_control.flags & WEIR_CONTROL_HOST_POLICY))
		return 0;
	decide(d, WEIR_ALLOWED, WEIR_REASON_NOT_ISOLATED, 0);
	/* A container cannot be cut off from itself. */
	if (addresses_equal(key->local, key->remote))
		return 0;
	isolated = endpoint_isolated(ep, ctx->revision, opener);
	if (policy_rows(&question)) {
		policy_ask(&question, &answer);
		decide_by_rows(d, &answer, isolated);
	} else if (isolated) {
		decide(d, WEIR_DENIED, WEIR_REASON_NO_RULE, 0);
	}
	return 0;
}

#endif
