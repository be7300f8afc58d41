/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* outcome.h - what becomes of a packet; who says so counts it. */
#ifndef WEIR_OUTCOME_H
#define WEIR_OUTCOME_H

#include "count.h"
#include "decision.h"
#include "denied.h"

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

#endif
