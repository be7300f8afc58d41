// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads the packet without asking how long it is: the verifier must refuse. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 knob = 1;

SEC("tc")
int reads_beyond(struct __sk_buff *skb)
{
	return *(__u8 *)(long)skb->data + knob;
}
