// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Never attached: test-run by user space to ask what the programs on the hooks would say of a new
 * connection, with the functions and the tables that they have. Counts nothing, remembers nothing.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "judge.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tc")
int weir_ask(struct __sk_buff *skb)
{
	struct weir_ask *ask = (void *)(long)skb->data;
	struct weir_context ctx = {.revision = weir_control.revision};
	struct weir_decision d = {};
	struct weir_flow_key key;
	__u32 opener;

	if ((void *)(ask + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	key = ask->key;
	opener = ask->opener & 1;
	if (endpoint_get(key.endpoint))
		judge_connection(&ctx, &key, opener, &d);
	else
		ctx.revision = 0;
	ask->verdict = d.verdict;
	ask->reason = d.reason;
	ask->rule = d.rule;
	ask->remote_identity = d.remote_identity;
	ask->revision = ctx.revision;
	return TC_ACT_OK;
}
