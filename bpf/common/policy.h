/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * policy.h - one chain of look-ups for the peer, one for any peer, each ending with the first row
 * it finds; the smaller precedence of the two decides. Most verdicts are one look-up or two.
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
	__u32 audit_rule;
	__u32 audit_precedence;
	__u8 verdict; /* enum weir_row_verdict; NONE = nothing matched */
	__u8 audit_verdict;
	__u8 final;
	__u8 zero;
	__u32 lengths; /* port prefixes still to be asked for */
};

static __always_inline void answer_improve(
	struct weir_answer *answer, const struct weir_policy_row *row)
{
	if (row->verdict != WEIR_ROW_NONE && row->precedence < answer->precedence) {
		answer->verdict = row->verdict;
		answer->rule = row->rule;
		answer->precedence = row->precedence;
	}
	/* The peer's row may name who is to blame should the default deny: rule 0 leaves it. */
	if (row->audit_rule && answer->audit_verdict == WEIR_ROW_NONE)
		answer->audit_rule = row->audit_rule;
	if (row->audit_verdict != WEIR_ROW_NONE &&
		row->audit_precedence < answer->audit_precedence) {
		answer->audit_verdict = row->audit_verdict;
		answer->audit_precedence = row->audit_precedence;
		if (row->audit_rule)
			answer->audit_rule = row->audit_rule;
	}
	answer->final = row->final;
}

static __always_inline bool protocol_has_ports(__u8 protocol)
{
	return protocol == WEIR_PROTO_TCP || protocol == WEIR_PROTO_UDP ||
	       protocol == WEIR_PROTO_SCTP;
}

/* True when a row was found. */
static __always_inline bool policy_ask_length(
	struct weir_policy_key *key, __be16 port, int length, struct weir_answer *answer)
{
	const struct weir_policy_row *row;

	key->prefix_length = length;
	key->port = port & bpf_htons((__u16)(0xFFFF0000u >> length));
	row = bpf_map_lookup_elem(&weir_policy, key);
	if (row)
		answer_improve(answer, row);
	return row;
}

/*
 * Asks the rows of one peer. answer->lengths is read anew in each turn: to the verifier all turns
 * look alike then, and it needs to follow one of them. Unrolled, because kernels before 6.3 refuse
 * a jump back whose target is also entered from the instruction above it.
 */
static __always_inline int policy_ask_peer(
	const struct weir_question *question, __u32 identity, struct weir_answer *answer)
{
	struct weir_policy_key key = {};
	const struct weir_policy_row *root = 0;
	__u32 flags;
	int length;

	if (!question || !answer)
		return 0;
	flags = question->policy >> 32 >> (question->direction & 1);
	if (identity != WEIR_IDENTITY_ANY)
		flags >>= 4;
	key.policy = (__u32)question->policy;
	key.identity = identity;
	key.direction = question->direction;
	answer->lengths = question->policy >> 32 >> WEIR_POLICY_LENGTHS;
	if (question->policy >> 32 & WEIR_POLICY_ASK_ROOTS) {
		root = bpf_map_lookup_elem(&weir_policy, &key);
		if (!root)
			return 0;
		answer->lengths = root->prefix_lengths;
	}
	key.protocol = question->protocol;
	if (!(flags & WEIR_POLICY_ANY_PORTS_INGRESS))
		answer->lengths = 0;
	else if (!protocol_has_ports(question->protocol))
		answer->lengths &= 1;
	if (answer->lengths & 1u << 16 && policy_ask_length(&key, question->port, 16, answer))
		return 0;
	if (answer->lengths & 0xFFFE)
#pragma clang loop unroll(full)
		for (length = 15; length > 0; length--)
			if (answer->lengths >> length & 1 &&
				policy_ask_length(&key, question->port, length, answer))
				return 0;
	if (answer->lengths & 1 && policy_ask_length(&key, 0, 0, answer))
		return 0;
	if (!root && flags & WEIR_POLICY_ANY_ROOT_INGRESS) {
		key.protocol = 0;
		key.prefix_length = 0;
		key.port = 0;
		root = bpf_map_lookup_elem(&weir_policy, &key);
	}
	if (root)
		answer_improve(answer, root);
	return 0;
}

/* The question's flags of rows, of its direction: none = no row can match. */
static __always_inline __u32 policy_rows(const struct weir_question *question)
{
	return question->policy >> 32 >> (question->direction & 1) &
	       (WEIR_POLICY_ANY_PORTS_INGRESS | WEIR_POLICY_ANY_ROOT_INGRESS |
		       WEIR_POLICY_PEER_PORTS_INGRESS | WEIR_POLICY_PEER_ROOT_INGRESS);
}

static __always_inline void policy_ask(
	const struct weir_question *question, struct weir_answer *answer)
{
	__u32 rows = policy_rows(question);

	__builtin_memset(answer, 0, sizeof(*answer));
	answer->precedence = ~0u;
	answer->audit_precedence = ~0u;
	if (rows & (WEIR_POLICY_PEER_PORTS_INGRESS | WEIR_POLICY_PEER_ROOT_INGRESS))
		policy_ask_peer(question, question->identity, answer);
	if (!answer->final && rows & (WEIR_POLICY_ANY_PORTS_INGRESS | WEIR_POLICY_ANY_ROOT_INGRESS))
		policy_ask_peer(question, WEIR_IDENTITY_ANY, answer);
}

#endif
