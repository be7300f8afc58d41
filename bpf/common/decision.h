/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* decision.h - what a verdict is made under, and what it says. */
#ifndef WEIR_DECISION_H
#define WEIR_DECISION_H

#include "abi.h"
#include "load.h"

/*
 * One revision for the whole of a packet's way through a program. No pointers: the functions that
 * are not static are verified on their own, once, and take the endpoint from its array again (a
 * nanosecond). Verified inline, their paths would multiply beyond what the verifier
 * walks.
 */
struct weir_context {
	__u32 revision;
	__u32 now;
};

/* Zero is a denial, so that what was never decided is not let through. */
struct weir_decision {
	__u32 rule;
	__u32 remote_identity;
	__u32 verdict; /* enum weir_verdict */
	__u32 reason;
};

static __always_inline void decide(struct weir_decision *d, __u8 verdict, __u8 reason, __u32 rule)
{
	d->verdict = verdict;
	d->reason = reason;
	d->rule = rule;
}

#endif
