/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * memo.h - the last verdicts of this CPU on openers: the next client of a service need not ask
 * identity and policy again, which is 120 ns. A verdict follows from the tables, and those say the
 * same as long as the revision stands.
 */
#ifndef WEIR_MEMO_H
#define WEIR_MEMO_H

#include "judge.h"
#include "scratch.h"

static __always_inline struct weir_memo *memo_of(const struct weir_packet *p)
{
	struct weir_scratch *scratch = scratch_get();

	return scratch ? &scratch->memo[(p->opener_hash >> 52) & (WEIR_MEMOS - 1)] : 0;
}

static __always_inline bool memo_is(
	const struct weir_memo *memo, const struct weir_packet *p, __u32 revision, __u64 policy)
{
	return memo->revision == revision && memo->policy == policy &&
	       memo->question == opener_question(p) &&
	       addresses_equal(memo->remote, p->key.remote) &&
	       addresses_equal(memo->local, p->key.local);
}

/* judge_connection(), from the memo if that has it. */
static __always_inline void memo_judge(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_packet *p, struct weir_decision *d)
{
	__u64 policy = endpoint_policy(ep, ctx->revision);
	struct weir_memo *memo = memo_of(p);

	if (memo && memo_is(memo, p, ctx->revision, policy)) {
		*d = memo->decision;
		return;
	}
	judge_connection(ctx, &p->key, p->direction, d);
	if (!memo)
		return;
	__builtin_memcpy(memo->local, p->key.local, 16);
	__builtin_memcpy(memo->remote, p->key.remote, 16);
	memo->question = opener_question(p);
	memo->policy = policy;
	memo->revision = ctx->revision;
	memo->decision = *d;
}

/* Judges a packet that belongs to no known connection. */
static __always_inline void judge_opener(const struct weir_context *ctx,
	const struct weir_endpoint *ep, const struct weir_packet *p, struct weir_decision *d)
{
	if (p->direction == WEIR_EGRESS && !endpoint_owns(ep, p->key.local)) {
		decide(d, WEIR_DENIED, WEIR_REASON_SPOOFED_ADDRESS, 0);
		return;
	}
	memo_judge(ctx, ep, p, d);
}

#endif
