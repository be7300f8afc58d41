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
	__u32 tag;     /* sample_tag(); 0: none under way */
	__u32 created; /* weir_connection.created */
	__u32 end;     /* sequence number that an acknowledgement has to reach */
	__u32 began;   /* jiffies */
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
static __always_inline void insight_follow(struct weir_flow *f, struct weir_flow_detail *detail)
{
	if (detail->known & WEIR_KNOWN_NUMBERS)
		return;
	detail->known |= WEIR_KNOWN_NUMBERS;
	flow_tell(f);
}

/* Where to count what a packet tells, and then flow_tell(): these lines stay cold until one does.
 */
static __always_inline struct weir_insight *insight_of(struct weir_flow_detail *detail)
{
	if (!(detail->known & WEIR_KNOWN_INSIGHT)) {
		__builtin_memset(&detail->insight, 0, sizeof(detail->insight));
		detail->known |= WEIR_KNOWN_INSIGHT;
	}
	return &detail->insight;
}

static __always_inline struct weir_sample *sample_of(__u64 hash)
{
	__u32 index = (__u32)hash & (WEIR_SAMPLES - 1);

	return bpf_map_lookup_elem(&weir_samples, &index);
}

static __always_inline __u32 sample_tag(__u64 hash)
{
	return (__u32)(hash >> 32) | 1;
}

/* The handshake has measured what follows at once. */
static __always_inline bool sample_too_early(__u32 created, __u32 now)
{
	return now - created <= 1;
}

/*
 * The container sends data up to end. One sample a flow at a time, and one begun in a jiffy: a
 * clock reading costs more than a packet.
 */
__noinline int sample_begin(struct weir_flow *f, __u32 slot, __u64 hash, __u32 end, __u32 now)
{
	const struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_sample *sample = sample_of(hash);

	if (!f || !detail || !sample || sample_too_early(detail->created, now))
		return 0;
	flow_mark(f, WEIR_MARK_SAMPLED | WEIR_MARK_TIMED);
	if (sample->tag && now - sample->began <= weir_control.second)
		return 0;
	sample->tag = 0;
	sample->end = end;
	sample->began = now;
	sample->created = detail->created;
	sample->sent_ns = bpf_ktime_get_ns();
	sample->tag = sample_tag(hash);
	return 0;
}

/* The sample of this flow, and of this connection among those with its tuple, has ended. */
static __always_inline bool sample_take(
	struct weir_sample *sample, const struct weir_flow_detail *detail, __u64 hash)
{
	if (sample->tag != sample_tag(hash) || sample->created != detail->created)
		return false;
	sample->tag = 0;
	return true;
}

/* Which of two packets with the same data an acknowledgement is for, nobody knows (Karn). */
static __always_inline void sample_abandon(__u32 slot, __u64 hash)
{
	const struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_sample *sample = sample_of(hash);

	if (sample && detail)
		sample_take(sample, detail, hash);
}

static __always_inline void insight_round_trip(
	struct weir_flow *f, struct weir_flow_detail *detail, __u64 sent_ns)
{
	__u64 passed = bpf_ktime_get_ns() - sent_ns;
	__u32 ns = passed > ~0u ? ~0u : (__u32)passed;
	__u32 bucket = rtt_bucket(ns);
	struct weir_insight *in;

	/* The compiler knows the bounds and drops the check; the verifier of 6.1 needs it. */
	asm("" : "+r"(bucket));
	if (bucket >= WEIR_RTT_BUCKETS)
		return;
	in = insight_of(detail);
	if (!in->rtt_count || ns < in->rtt_min_ns)
		in->rtt_min_ns = ns;
	in->rtt_count++;
	in->rtt_sum += (ns + 128) >> 8;
	in->rtt_histogram[bucket]++;
	flow_tell(f);
}

/* The peer acknowledges what a sample waits for, perhaps this flow's. before: f->acked until now.
 */
__noinline int sample_end(struct weir_flow *f, __u32 slot, __u64 hash, __u32 before)
{
	struct weir_flow_detail *detail = flow_detail(slot);
	struct weir_sample *sample = sample_of(hash);

	if (!f || !detail || !sample || !sample_take(sample, detail, hash))
		return 0;
	/* Otherwise acknowledged before, by a packet that another CPU looked at. */
	if (!before || (__s32)(before - sample->end) < 0)
		insight_round_trip(f, detail, sample->sent_ns);
	return 0;
}

/* What becomes of data from seq on, next being expected: true when it was sent again. */
static __always_inline bool insight_place(struct weir_flow *f, struct weir_insight *in, __u32 d,
	__u32 seq, __u32 length, __u32 packets)
{
	__u32 next = f->next_seq[d];
	__u32 end = seq + length;

	if ((__s32)(seq - next) > 0) {
		if (in->gap_start[d] == in->gap_end[d])
			in->gap_start[d] = next;
		in->gap_end[d] = seq;
		f->next_seq[d] = end;
		return false;
	}
	if (d == WEIR_INGRESS && (__s32)(seq - in->gap_start[d]) >= 0 &&
		(__s32)(in->gap_end[d] - seq) > 0) {
		in->out_of_order[d] += packets;
		if (seq == in->gap_start[d])
			in->gap_start[d] = (__s32)(in->gap_end[d] - end) > 0 ? end : in->gap_end[d];
		return false;
	}
	in->retransmitted_packets[d] += packets;
	if ((__s32)(end - next) > 0) {
		in->retransmitted_bytes[d] += next - seq;
		f->next_seq[d] = end;
	} else {
		in->retransmitted_bytes[d] += length;
	}
	return true;
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
	__u32 d = packets_and_direction & 1;
	bool again;

	/* The verifier of 6.1 has to see the bound on the register that indexes. */
	asm volatile("" : "+r"(d));
	if (!f || !detail || d > WEIR_EGRESS)
		return 0;
	again = insight_place(f, insight_of(detail), d, seq, length, packets_and_direction >> 1);
	flow_tell(f);
	return again;
}

__noinline int insight_closed(struct weir_flow *f, __u32 slot, __u32 direction)
{
	struct weir_flow_detail *detail = flow_detail(slot);
	__u32 d = direction & 1;

	asm volatile("" : "+r"(d));
	if (f && detail && d <= WEIR_EGRESS) {
		insight_of(detail)->zero_windows[d]++;
		flow_tell(f);
	}
	return 0;
}

static __always_inline void insight_data(
	struct weir_flow *f, __u32 slot, const struct weir_packet *p, __u32 now)
{
	__u32 d = p->direction & 1;
	__u32 end = p->seq + p->payload;

	if (!(flow_marks(f) & WEIR_MARK_NEXT_INGRESS << d)) {
		flow_mark(f, WEIR_MARK_NEXT_INGRESS << d);
		f->next_seq[d] = end;
	} else if (p->seq == f->next_seq[d]) {
		f->next_seq[d] = end;
	} else if (insight_disorder(f, slot, p->seq, p->payload, p->packets << 1 | d)) {
		if (d == WEIR_EGRESS)
			sample_abandon(slot, p->hash);
		return;
	}
	if (d == WEIR_EGRESS && !(flow_marks(f) & WEIR_MARK_TIMED) && !weir_control.untimed)
		sample_begin(f, slot, p->hash, end, now);
}

/*
 * A TCP packet of the flow in slot (flow_slot()), counted. young: of a connection that
 * sample_begin() leaves alone still.
 */
static __always_inline void insight_packet(
	struct weir_flow *f, __u32 slot, const struct weir_packet *p, __u32 now, bool young)
{
	const struct weir_sample *sample;
	__u32 acked;

	if (p->payload)
		insight_data(f, slot, p, now);
	if (!p->window && !(p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_RST)))
		insight_closed(f, slot, p->direction);
	acked = f->acked;
	if (p->direction == WEIR_EGRESS || p->ack == acked)
		return;
	f->acked = p->ack;
	if (young)
		return;
	/* The container's data passes here, and none of it was timed. */
	if ((flow_marks(f) & (WEIR_MARK_SAMPLED | WEIR_MARK_NEXT_EGRESS)) == WEIR_MARK_NEXT_EGRESS)
		return;
	sample = sample_of(p->hash);
	if (sample && sample->tag == sample_tag(p->hash) && (__s32)(p->ack - sample->end) >= 0)
		sample_end(f, slot, p->hash, acked);
}

#endif
