/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * hook.h - a packet at either TC hook of a container's veth, from the frame to the verdict. Here
 * is only the packet of a flow already decided: one probe of one table of this CPU, no lock, no
 * atomic, no helper. The rest is verdict.h.
 */
#ifndef WEIR_TC_HOOK_H
#define WEIR_TC_HOOK_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "process.h"
#include "quick.h"
#include "redirect.h"

/* Other programs on the hook, and the stack, go on with what we let pass. */
#define WEIR_TC_PASS TC_ACT_UNSPEC

/* A frame with less than this in its linear part is made linear before the full parse. */
#define WEIR_PARSE_LINEAR 256

/* The stack takes the outermost tag out of the frame before the programs see it. */
static __always_inline __u16 vlan_of(const struct __sk_buff *skb)
{
	return skb->vlan_present ? skb->vlan_tci & 0xFFF : 0;
}

/*
 * Whatever parse.h has to read, into the scratch. Returns enum weir_outcome, or -1: weir_decided()
 * has to say. Two functions, so that what one keeps on the stack does not lie below the other's.
 */
__noinline int weir_parsed(struct __sk_buff *skb, __u32 number, __u32 direction)
{
	struct weir_scratch *scratch = scratch_get();
	struct weir_packet *p;
	struct weir_cursor c;
	int why;

	if (!scratch)
		return WEIR_PASS;
	p = &scratch->packet;
	__builtin_memset(p, 0, sizeof(*p));
	p->direction = direction & 1;
	p->key.endpoint = number;
	/* Headers beyond the linear part are rare, so all that a header chain may need is pulled.
	 */
	if (skb->data + WEIR_PARSE_LINEAR > skb->data_end)
		bpf_skb_pull_data(skb, skb->len < WEIR_PARSE_LIMIT ? skb->len : WEIR_PARSE_LIMIT);
	cursor_start(&c, skb);
	why = weir_parse(&c, p);
	packet_measure(p, skb->len, skb->gso_segs);
	p->vlan = vlan_of(skb);
	if (why == WEIR_PARSE_MORE)
		why = WEIR_REASON_EXTENSION_HEADERS;
	if (why != WEIR_PARSE_OK)
		return pass_or_drop(p, why);
	packet_hash(p);
	if (tcp_is_opening(p))
		packet_time(p);
	return -1;
}

/* What else user space wants to know of the packet in the scratch. */
static __always_inline void decided_tell(
	struct __sk_buff *skb, struct weir_scratch *scratch, int outcome)
{
	if (outcome == WEIR_PASS) {
		if (dns_is(&scratch->packet.key))
			dns_copy(skb);
		if (process_may_be_told(&scratch->packet))
			process_tell(skb);
	} else if (weir_processes_on && scratch->tell_denied) {
		scratch->tell_denied = 0;
		process_tell_denied(skb);
	}
}

/* The verdict on the packet in the scratch. */
__noinline int weir_decided(struct __sk_buff *skb, __u32 revision)
{
	struct weir_scratch *scratch = scratch_get();
	struct weir_context ctx;
	int outcome;

	if (!scratch)
		return WEIR_DROP;
	ctx.revision = revision;
	ctx.now = (__u32)bpf_jiffies64();
	outcome = weir_decide(&ctx, &scratch->packet);
	decided_tell(skb, scratch, outcome);
	return outcome;
}

/*
 * Asks for the lines of the connection, there or to be, and for those of the other container that
 * the packet is judged for next. The clock waits for whatever was asked for, so it comes first.
 */
static __always_inline void lines_ask(
	struct weir_packet *p, const struct weir_connection_place *place, __u32 next)
{
	struct weir_connection_place other;
	__u64 hash;

	if (tcp_is_opening(p))
		packet_time(p);
	connection_ask(place);
	flow_ask(p->hash);
	if (weir_redirect_on && next) {
		hash = turned_hash(&p->key, next);
		if (connection_place(hash, &other))
			connection_ask(&other);
		flow_ask(hash);
	}
}

/* A plain packet into the scratch; false: not plain. */
static __always_inline bool plain_scratch(
	struct __sk_buff *skb, struct weir_packet *p, __u32 number, __u32 direction)
{
	struct weir_cursor c;

	p->direction = direction & 1;
	p->key.endpoint = number;
	cursor_start(&c, skb);
	if (parse_plain(&c, p) != WEIR_PARSE_OK)
		return false;
	packet_measure(p, c.frame, skb->gso_segs);
	p->vlan = vlan_of(skb);
	p->icmp_type = 0;
	p->icmp_code = 0;
	p->ktime_ns = 0;
	if (c.tcp)
		parse_tcp_numbers(p, c.tcp);
	return true;
}

/* A direction: the packet just let through, as the endpoint receives it that it is redirected to.
 */
#define WEIR_TURNED 2

/*
 * A plain packet that the cache has no answer for. next: endpoint that is to receive it, once this
 * one may send it; 0: none on this hook. It is the same function that judges for that one then, so
 * that its instructions are near. Returns enum weir_outcome, or -1: not plain.
 */
__noinline int weir_plain(
	struct __sk_buff *skb, __u32 number, __u32 direction, __u32 revision, __u32 next)
{
	struct weir_scratch *scratch = scratch_get();
	const struct weir_endpoint *ep;
	struct weir_connection_place place;
	struct weir_context ctx;
	struct weir_packet *p;
	int outcome = WEIR_DROP;
	bool opens;

	if (!scratch)
		return -1;
	p = &scratch->packet;
	if (direction == WEIR_TURNED)
		packet_turn(p, number);
	else if (!plain_scratch(skb, p, number, direction))
		return -1;
	ep = endpoint_get(number);
	if (!ep)
		return WEIR_DROP;
	ctx.revision = revision;
	ctx.now = (__u32)bpf_jiffies64();
	/* Another TCP packet is nearly always of a connection, and need not ask what is denied. */
	opens = p->key.protocol != WEIR_PROTO_TCP || tcp_is_opening(p);
	if (opens)
		packet_hash(p);
	else
		packet_hash_flow(p);
	if (p->direction == WEIR_EGRESS && !endpoint_sent_by_own_mac(ep, p)) {
		outcome = deny_for(&ctx, p, WEIR_REASON_SPOOFED_MAC);
	} else if (opens && denied_hinted(scratch, denied_hint_of(p->opener_hash), ctx.now) &&
		   denied_answer(&ctx, ep, p)) {
		outcome = WEIR_DROP; /* and counted */
	} else if (connection_place(p->hash, &place)) {
		if (direction != WEIR_TURNED)
			lines_ask(p, &place, next);
		outcome = decide_flow(&ctx, ep, p, &place);
	}
	decided_tell(skb, scratch, outcome);
	return outcome;
}

/* 12 bits of the revision that let a packet pass, beside 4 that nobody else sets by chance. */
static __always_inline __u16 revision_stamp(__u32 revision)
{
	return 0xA000 | (revision & 0xFFF);
}

/*
 * A packet between two containers of this node sees one revision at both: where the second hook is
 * one ahead of what the first has left in tc_index, it goes by the first one's. What that was stays
 * in place until the change after the next.
 */
static __always_inline __u32 packet_revision(const struct __sk_buff *skb, __u8 direction)
{
	__u32 revision = *(const volatile __u32 *)&weir_control.revision;

	if (direction == WEIR_INGRESS && skb->tc_index == revision_stamp(revision - 1))
		return revision - 1;
	return revision;
}

/* The cache has no answer for the container that the hook is of. */
#define WEIR_QUICK_NONE (-2)

/*
 * What the cache says for the container that the hook is of, then, where it lets the packet go, for
 * the one it is redirected to: a loop, so that both go through the same instructions without a call
 * (0018: a return costs 8 ns where it is guarded).
 */
static __always_inline int quick_way(struct __sk_buff *skb, __u32 number, __u64 station,
	__u8 direction, __u32 revision, const struct weir_fdb_entry *to)
{
	struct weir_context ctx = {.revision = revision};
	struct weir_packet p;
	int outcome;

	p.direction = direction;
	p.key.endpoint = number;
	while (quick_packet(skb, station, &p, &ctx)) {
		if (!to)
			return WEIR_TC_PASS;
		if (p.direction == WEIR_INGRESS)
			return redirect(skb, to);
		p.direction = WEIR_INGRESS;
		p.key.endpoint = to->endpoint;
	}
	if (p.direction == direction)
		return WEIR_QUICK_NONE;
	outcome = weir_plain(skb, to->endpoint, WEIR_INGRESS, revision, 0);
	if (outcome < 0)
		return WEIR_TC_PASS; /* for the hook it comes to over the bridge */
	return outcome == WEIR_PASS ? redirect(skb, to) : TC_ACT_SHOT;
}

static __always_inline int weir_packet_in(struct __sk_buff *skb, __u8 direction)
{
	struct weir_interface *interface = interface_get(skb->ifindex);
	const struct weir_fdb_entry *to = 0;
	__u32 number, revision;
	int outcome;

	if (!interface)
		return WEIR_TC_PASS;
	number = interface->endpoint;
	if (!number)
		return WEIR_TC_PASS; /* unbound this moment */
	revision = packet_revision(skb, direction);
	if (direction == WEIR_EGRESS) {
		skb->tc_index = revision_stamp(revision);
		to = redirect_target(skb, interface);
	}
	if (!plain_moves(skb)) {
		outcome = quick_way(skb, number, interface->station, direction, revision, to);
		if (outcome != WEIR_QUICK_NONE)
			return outcome;
	}
	outcome = weir_plain(skb, number, direction, revision, to ? to->endpoint : 0);
	if (outcome == WEIR_PASS && to) {
		outcome = weir_plain(skb, to->endpoint, WEIR_TURNED, revision, 0);
		return outcome == WEIR_PASS ? redirect(skb, to) : TC_ACT_SHOT;
	}
	if (outcome < 0)
		outcome = weir_parsed(skb, number, direction);
	if (outcome < 0)
		outcome = weir_decided(skb, revision);
	return outcome == WEIR_PASS ? WEIR_TC_PASS : TC_ACT_SHOT;
}

#endif
