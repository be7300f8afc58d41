// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * packets.bpf.c - flows for BPF_PROG_TEST_RUN: gives the IPv4 packet another source address and
 * port each time, or makes it the next one of a short connection, then jumps to the program under
 * test. An empty one there is the floor.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2); /* for what the container receives, and for what it sends */
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

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

/* Of a request and its answer, as a server in the container has them. */
static const struct step {
	bool sent;
	__u8 flags;
	__u8 header; /* in words; of 8 that there is room for, the rest is data */
} steps[] = {
	{false, SYN, 8},
	{true, SYN | ACK, 8},
	{false, ACK, 8},
	{false, PSH | ACK, 5},
	{true, ACK, 8},
	{true, PSH | ACK, 5},
	{false, ACK, 8},
	{true, FIN | ACK, 8},
	{false, FIN | ACK, 8},
	{true, ACK, 8},
};

#define STEPS     (sizeof(steps) / sizeof(steps[0]))
#define CONTAINER bpf_htonl(0xC6120002)
#define CLIENT    bpf_htonl(0xC6120100)

SEC("tc") int converse(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 next = variety.next++;
	__u32 at = next % STEPS;
	__be16 client = bpf_htons(1024 + (next / STEPS & (variety.flows - 1)));
	__be16 server = bpf_htons(8080);
	const struct step *step;
	bool sent;

	barrier_var(at); /* the compiler knows its bound, the verifier does not */
	if ((void *)(tcp + 1) > end || at >= STEPS)
		return TC_ACT_SHOT;
	step = &steps[at];
	sent = step->sent;
	eth->h_source[5] = sent ? 1 : 2;
	eth->h_dest[5] = sent ? 2 : 1;
	ip->saddr = sent ? CONTAINER : CLIENT;
	ip->daddr = sent ? CLIENT : CONTAINER;
	tcp->source = sent ? server : client;
	tcp->dest = sent ? client : server;
	((__u8 *)tcp)[12] = step->header << 4;
	((__u8 *)tcp)[13] = step->flags;
	bpf_tail_call(skb, &under_test, sent);
	return TC_ACT_OK;
}

SEC("tc") int empty(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_OK;
}
