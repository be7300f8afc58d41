/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * insight.h - what TCP's sequence numbers tell: round trips, data sent again or late, closed
 * windows. Per CPU like the flow it belongs to; only the sample that is under way is shared,
 * because data and acknowledgement may pass on two CPUs.
 */
#ifndef WEIR_INSIGHT_H
#define WEIR_INSIGHT_H

#include <stdbool.h>
#include "flow.h"

/* What the container sent and the peer has yet to acknowledge. */
struct weir_sample {
	__u64 sent_ns;
	__u32 tag;   /* sample_tag(); 0: none under way */
	__u32 end;   /* sequence number that an acknowledgement has to reach */
	__u32 began; /* jiffies */
	__u32 zero;
};

/* A flow that finds another one's sample in its place waits for it to end. */
#define WEIR_SAMPLES 65536
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WEIR_SAMPLES);
	__type(key, __u32);
	__type(value, struct weir_sample);
} weir_samples SEC(".maps");

/* Logarithm to the base of two; 31 at most, and 0 of 0. */
static __always_inline __u32 log2_of(__u32 value)
{
	__u32 log = 0;

	log = (value > 0xFFFF) << 4;
	value >>= log;
	if (value > 0xFF) {
		value >>= 8;
		log += 8;
	}
	if (value > 0xF) {
		value >>= 4;
		log += 4;
	}
	if (value > 3) {
		value >>= 2;
		log += 2;
	}
	return log + (value >> 1);
}

/* As the comment on weir_insight.rtt_histogram says. */
static __always_inline __u32 rtt_bucket(__u32 ns)
{
	__u32 log = log2_of(ns);

	if (log < 14)
		return 0;
	if (log < 22)
		return 1 + (log - 14) * 2 + (ns >> (log - 1) & 1);
	return log < 28 ? log - 5 : 23;
}

/* From now on what insight does not tell of the flow is zero. */
static __always_inline void insight_follow(struct weir_flow *f)
{
	if (f->known & WEIR_KNOWN_NUMBERS)
		return;
	f->known |= WEIR_KNOWN_NUMBERS;
	f->told++;
}

/* Where to count what a packet tells: these lines stay cold until one does. */
static __always_inline struct weir_insight *insight_of(
	struct weir_flow *f, struct weir_flow_detail *detail)
{
	f->told++;
	if (!(f->known & WEIR_KNOWN_INSIGHT)) {
		__builtin_memset(&detail->insight, 0, sizeof(detail->insight));
		f->known |= WEIR_KNOWN_INSIGHT;
	}
	return &detail->insight;
}

__noinline int insight_round_trip(struct weir_flow *f, __u32 slot, __u64 sent_ns)
{
	struct weir_flow_detail *detail = flow_detail(slot);
	__u64 passed = bpf_ktime_get_ns() - sent_ns;
	__u32 ns = passed > ~0u ? ~0u : (__u32)passed;
	__u32 bucket = rtt_bucket(ns);
	struct weir_insight *in;

	/* The compiler knows the bounds and drops the check; the verifier of 6.1 needs it. */
	asm("" : "+r"(bucket));
	if (!f || !detail || bucket >= WEIR_RTT_BUCKETS)
		return 0;
	in = insight_of(f, detail);
	if (!in->rtt_count || ns < in->rtt_min_ns)
		in->rtt_min_ns = ns;
	in->rtt_count++;
	in->rtt_sum += (ns + 128) >> 8;
	in->rtt_histogram[bucket]++;
	return 0;
}

static __always_inline struct weir_sample *sample_of(__u64 hash)
{
	__u32 index = (__u32)hash & (WEIR_SAMPLES - 1);

	return bpf_map_lookup_elem(&weir_samples, &index);
}

/* Of this flow, and of this connection among those with its tuple. */
static __always_inline __u32 sample_tag(__u64 hash, __u32 created)
{
	return ((__u32)(hash >> 32) ^ created) | 1;
}

/* One sample a flow at a time, and one begun in a jiffy: a clock reading costs more than a packet.
 */
__noinline int sample_begin(__u64 hash, __u32 created, __u32 end, __u32 now, __u32 patience)
{
	struct weir_sample *sample = sample_of(hash);

	if (!sample || (sample->tag && now - sample->began <= patience))
		return 0;
	sample->tag = 0;
	sample->end = end;
	sample->began = now;
	sample->sent_ns = bpf_ktime_get_ns();
	sample->tag = sample_tag(hash, created);
	return 0;
}

/* Which of two packets with the same data an acknowledgement is for, nobody knows (Karn). */
static __always_inline void sample_abandon(__u64 hash, __u32 created)
{
	struct weir_sample *sample = sample_of(hash);

	if (sample && sample->tag == sample_tag(hash, created))
		sample->tag = 0;
}

/*
 * Data that does not follow on what this CPU saw before. Returns 1 when it was sent again.
 * The container's data meets no network before this hook: what is missing here passed on another
 * CPU, so it leaves no gap that data could fill, and the lower number is the later packet.
 */
__noinline int insight_disorder(
	struct weir_flow *f, __u32 slot, __u32 seq, __u32 length, __u32 packets_and_direction)
{
	struct weir_flow_detail *detail = flow_detail(slot);
	__u32 packets = packets_and_direction >> 1;
	__u32 d = packets_and_direction & 1;
	__u32 end = seq + length;
	struct weir_insight *in;
	__u32 next;

	/* The verifier of 6.1 has to see the bound on the register that indexes. */
	asm volatile("" : "+r"(d));
	if (!f || !detail || d > WEIR_EGRESS)
		return 0;
	in = insight_of(f, detail);
	next = f->next_seq[d];
	if ((__s32)(seq - next) > 0) {
		if (in->gap_start[d] == in->gap_end[d])
			in->gap_start[d] = next;
		in->gap_end[d] = seq;
		f->next_seq[d] = end;
		return 0;
	}
	if (d == WEIR_INGRESS && (__s32)(seq - in->gap_start[d]) >= 0 &&
		(__s32)(in->gap_end[d] - seq) > 0) {
		in->out_of_order[d] += packets;
		if (seq == in->gap_start[d])
			in->gap_start[d] = (__s32)(in->gap_end[d] - end) > 0 ? end : in->gap_end[d];
		return 0;
	}
	in->retransmitted_packets[d] += packets;
	if ((__s32)(end - next) > 0) {
		in->retransmitted_bytes[d] += next - seq;
		f->next_seq[d] = end;
	} else {
		in->retransmitted_bytes[d] += length;
	}
	return 1;
}

__noinline int insight_closed(struct weir_flow *f, __u32 slot, __u32 direction)
{
	struct weir_flow_detail *detail = flow_detail(slot);
	__u32 d = direction & 1;

	asm volatile("" : "+r"(d));
	if (f && detail && d <= WEIR_EGRESS)
		insight_of(f, detail)->zero_windows[d]++;
	return 0;
}

static __always_inline void insight_data(
	struct weir_flow *f, __u32 slot, const struct weir_packet *p, __u32 now, __u32 patience)
{
	__u32 d = p->direction & 1;
	__u32 end = p->seq + p->payload;

	if (!(f->known >> d & 1)) {
		f->known |= 1 << d;
		f->next_seq[d] = end;
	} else if (p->seq == f->next_seq[d]) {
		f->next_seq[d] = end;
	} else if (insight_disorder(f, slot, p->seq, p->payload, p->packets << 1 | d)) {
		if (d == WEIR_EGRESS)
			sample_abandon(p->hash, f->created);
		return;
	}
	/* The handshake has measured: no clock for what follows at once. */
	if (d == WEIR_EGRESS && f->sampled != now && now - f->created > 1 &&
		!weir_control.untimed) {
		f->sampled = now;
		sample_begin(p->hash, f->created, end, now, patience);
	}
}

/*
 * A TCP packet of the flow in slot (flow_slot()). patience: how long a sample is waited for, in
 * jiffies.
 */
static __always_inline void insight_packet(
	struct weir_flow *f, __u32 slot, const struct weir_packet *p, __u32 now, __u32 patience)
{
	struct weir_sample *sample;
	__u32 acked;

	if (p->payload)
		insight_data(f, slot, p, now, patience);
	if (!p->window && !(p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_RST)))
		insight_closed(f, slot, p->direction);
	acked = f->acked;
	if (p->direction == WEIR_EGRESS || p->ack == acked)
		return;
	f->acked = p->ack;
	/* The container's data passes here, and none of it was timed. */
	if (!f->sampled && f->known & WEIR_KNOWN_NEXT_EGRESS)
		return;
	sample = sample_of(p->hash);
	if (!sample || sample->tag != sample_tag(p->hash, f->created) ||
		(__s32)(p->ack - sample->end) < 0)
		return;
	sample->tag = 0;
	/* Otherwise acknowledged before, by a packet that another CPU looked at. */
	if (!acked || (__s32)(acked - sample->end) < 0)
		insight_round_trip(f, slot, sample->sent_ns);
}

#endif
