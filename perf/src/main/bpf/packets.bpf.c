// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * packets.bpf.c - flows for BPF_PROG_TEST_RUN: gives the IPv4 packet another source address and
 * port each time, then jumps to the program under test. An empty one there is the floor.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} under_test SEC(".maps");

/* Written by packet_run.c; a power of two of flows. */
struct variety {
	__u32 flows;
	__u32 in_order;
	__u32 next;
	__u32 random;
} variety = {1, 0, 0, 1};

static __always_inline __u32 next_flow(void)
{
	if (variety.in_order)
		return variety.next++ & (variety.flows - 1);
	variety.random = variety.random * 1664525u + 1013904223u;
	return variety.random >> 4 & (variety.flows - 1);
}

SEC("tc") int vary(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct iphdr *ip = (void *)(long)skb->data + sizeof(struct ethhdr);
	__be16 *source_port = (void *)(ip + 1);
	__u32 flow = next_flow();

	if ((void *)(source_port + 2) > end)
		return TC_ACT_SHOT;
	ip->saddr = bpf_htonl(0xC6120100u + (flow >> 14));
	*source_port = bpf_htons(1024 + (flow & 0x3fff));
	bpf_tail_call(skb, &under_test, 0);
	return TC_ACT_OK;
}

SEC("tc") int empty(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_OK;
}
