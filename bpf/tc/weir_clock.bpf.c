// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Never attached: test-run by user space to learn which jiffy it is, and what time. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tc")
int weir_clock(struct __sk_buff *skb)
{
	struct weir_clock *clock = (void *)(long)skb->data;

	if ((void *)(clock + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	clock->jiffies = bpf_jiffies64();
	clock->ktime_ns = bpf_ktime_get_ns();
	clock->boottime_ns = bpf_ktime_get_boot_ns();
	return TC_ACT_OK;
}
