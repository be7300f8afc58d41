/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * policy.h - the order of the look-ups is the precedence: the peer's own rows before the rows for
 * any peer, the longest port prefix first; the smallest precedence number of all that match
 * decides.
 */
#ifndef WEIR_POLICY_H
#define WEIR_POLICY_H

#include <stdbool.h>
#include "maps.h"
#include "parse.h"

struct weir_question {
	__u64 policy; /* the endpoint's policy word */
	__u32 identity;
	__be16 port; /* destination port of the opener's packet */
	__u8 protocol;
	__u8 direction;
};

struct weir_answer {
	__u32 rule;
	__u32 precedence;
	__u32 verdict; /* enum weir_row_verdict; NONE = nothing matched */
};

static __always_inline void answer_improve(
	struct weir_answer *answer, const struct weir_policy_row *row)
{
	if (row->verdict == WEIR_ROW_NONE)
		return;
	if (answer->verdict != WEIR_ROW_NONE && row->precedence >= answer->precedence)
		return;
	answer->verdict = row->verdict;
	answer->rule = row->rule;
	answer->precedence = row->precedence;
}

static __always_inline bool protocol_has_ports(__u8 protocol)
{
	return protocol == WEIR_PROTO_TCP || protocol == WEIR_PROTO_UDP ||
	       protocol == WEIR_PROTO_SCTP;
}

static __always_inline void policy_ask_length(
	struct weir_policy_key *key, __be16 port, int length, struct weir_answer *answer)
{
	const struct weir_policy_row *row;

	key->prefix_length = length;
	key->port = port & bpf_htons((__u16)(0xFFFF0000u >> length));
	row = bpf_map_lookup_elem(&weir_policy, key);
	if (row)
		answer_improve(answer, row);
}

/*
 * Asks the rows of one peer: from the whole port over the prefixes in use down to any port, then
 * the root, which stands for any protocol. prefix_lengths is read anew in each turn: to the
 * verifier all turns look alike then, and it needs to follow one of them. Unrolled, because kernels
 * before 6.3 refuse a jump back whose target is also entered from the instruction above it.
 */
__noinline int policy_ask_peer(
	const struct weir_question *question, __u32 identity, struct weir_answer *answer)
{
	struct weir_policy_key key = {};
	const struct weir_policy_row *root;
	int length;

	if (!question || !answer)
		return 0;
	key.policy = (__u32)question->policy;
	key.identity = identity;
	key.direction = question->direction;
	root = bpf_map_lookup_elem(&weir_policy, &key);
	if (!root)
		return 0;
	key.protocol = question->protocol;
	if (protocol_has_ports(question->protocol)) {
		if (root->prefix_lengths & 1u << 16)
			policy_ask_length(&key, question->port, 16, answer);
		if (root->prefix_lengths & 0xFFFE)
#pragma clang loop unroll(full)
			for (length = 15; length > 0; length--)
				if (root->prefix_lengths >> length & 1)
					policy_ask_length(&key, question->port, length, answer);
	}
	if (root->prefix_lengths & 1)
		policy_ask_length(&key, 0, 0, answer);
	answer_improve(answer, root);
	return 0;
}

/* True when rows for any peer exist in the question's direction. */
static __always_inline bool policy_has_any(const struct weir_question *question)
{
	__u64 any = question->direction == WEIR_EGRESS ? WEIR_POLICY_ANY_PEER_EGRESS
						       : WEIR_POLICY_ANY_PEER_INGRESS;

	return question->policy >> 32 & any;
}

static __always_inline void policy_ask(
	const struct weir_question *question, struct weir_answer *answer)
{
	answer->verdict = WEIR_ROW_NONE;
	answer->rule = 0;
	answer->precedence = ~0u;
	policy_ask_peer(question, question->identity, answer);
	if (policy_has_any(question))
		policy_ask_peer(question, WEIR_IDENTITY_ANY, answer);
}

#endif
