/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * process.h - whose socket a packet comes from that begins or ends a connection, or is the first of
 * its flow. The frame still carries its socket when it leaves the container's veth
 * (skb_scrub_packet()), a SYN-ACK that of the request, whose cookie the accepted socket inherits.
 */
#ifndef WEIR_TC_PROCESS_H
#define WEIR_TC_PROCESS_H

#include "flow.h"
#include "log.h"
#include "scratch.h"
#include "sockets.h"

WEIR_SHARED_ARRAY(weir_process_logs, struct weir_log);
WEIR_SHARED_ARRAY(weir_processes, struct weir_process_event);

static __always_inline bool process_may_be_told(const struct weir_packet *p)
{
	if (!weir_processes_on || p->direction != WEIR_EGRESS)
		return false;
	return p->key.protocol != WEIR_PROTO_TCP ||
	       p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_FIN | WEIR_TCP_RST);
}

/* Of a connection that this socket opened, or closes; once. */
static __always_inline bool process_of_slot(struct __sk_buff *skb, struct weir_process *process)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct weir_process_slot *slot;

	if (!cookie)
		return false;
	slot = process_slot(cookie);
	if (!slot || !process_slot_get(slot, cookie, process) || process->told)
		return false;
	slot->process.told = 1;
	return true;
}

static __always_inline bool process_of_socket(
	struct __sk_buff *skb, bool tcp, struct weir_process *process)
{
	const struct weir_process *kept;
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return false;
	sk = tcp ? bpf_get_listener_sock(sk) : bpf_sk_fullsock(sk);
	if (!sk)
		return false;
	kept = bpf_sk_storage_get(&weir_process_sockets, sk, 0, 0);
	if (!kept)
		return false;
	*process = *kept;
	return true;
}

static __always_inline bool process_of(
	struct __sk_buff *skb, const struct weir_packet *p, struct weir_process *process)
{
	if (p->key.protocol != WEIR_PROTO_TCP)
		return process_of_socket(skb, false, process);
	if ((p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_ACK)) == (WEIR_TCP_SYN | WEIR_TCP_ACK))
		return process_of_socket(skb, true, process);
	return process_of_slot(skb, process);
}

/* Tells user space. created: 0 = the packet was denied. */
static __always_inline void process_say(
	const struct weir_packet *p, const struct weir_process *process, __u32 created, __u32 now)
{
	struct weir_log *log;
	struct weir_process_event *event = log_record(&weir_process_logs, &weir_processes,
		weir_process_records, weir_process_records, &log);

	if (!event)
		return;
	event->key = p->key;
	event->created = created;
	event->seen = now;
	event->process = *process;
	log_publish(log);
}

/* The packet in the scratch was let through. Always 0. */
__noinline int process_tell(struct __sk_buff *skb)
{
	struct weir_scratch *scratch = scratch_get();
	struct weir_process process;
	struct weir_flow_place place;
	const struct weir_flow_detail *detail;
	const struct weir_packet *p;
	const struct weir_flow *f;

	if (!scratch)
		return 0;
	p = &scratch->packet;
	if (p->kind != WEIR_PACKET_FLOW || !flow_place(p->hash, &place))
		return 0;
	f = flow_find(&place, p);
	if (!f || (p->key.protocol != WEIR_PROTO_TCP && flow_packets(f, WEIR_EGRESS) != p->packets))
		return 0;
	detail = flow_detail(flow_slot(&place));
	if (detail && process_of(skb, p, &process))
		process_say(p, &process, detail->created, f->last_seen);
	return 0;
}

/* It was denied. Always 0. */
__noinline int process_tell_denied(struct __sk_buff *skb)
{
	struct weir_scratch *scratch = scratch_get();
	struct weir_process process;

	if (scratch && process_of(skb, &scratch->packet, &process))
		process_say(&scratch->packet, &process, 0, (__u32)bpf_jiffies64());
	return 0;
}

#endif
