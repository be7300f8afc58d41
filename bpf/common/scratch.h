/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * scratch.h - room for one packet's way through the programs. Kernels that round each frame to 32
 * bytes give a chain of calls 512 bytes of stack; what is large lives here instead. No program
 * interrupts another on its CPU.
 */
#ifndef WEIR_SCRATCH_H
#define WEIR_SCRATCH_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "decision.h"
#include "parse.h"

/* A byte for each 4096th of the hash. */
#define WEIR_DENIED_HINTS 4096

/* A verdict on an opener: memo.h. */
struct weir_memo {
	__be32 local[4];
	__be32 remote[4];
	__u64 question; /* opener_question() */
	__u64 policy;   /* endpoint_policy() */
	__u32 revision; /* 0: never used */
	__u32 zero;
	struct weir_decision decision;
};

#define WEIR_MEMOS 256

struct weir_scratch {
	struct weir_packet packet;
	struct weir_dns_event dns;
	struct weir_memo memo[WEIR_MEMOS];
	__u32 tell_denied; /* it is time to say whose denied packets these are */
	__u32 zero;
	__u8 denied_hint[WEIR_DENIED_HINTS]; /* denied_hint_now() when such a key was last recorded
					      */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_scratch);
} weir_scratch SEC(".maps");

static __always_inline struct weir_scratch *scratch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&weir_scratch, &zero);
}

#endif
