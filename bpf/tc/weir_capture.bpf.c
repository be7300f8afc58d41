// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * While packets of an interface are captured, these two are in the place of those in weir_tc.bpf.c:
 * the same way of a packet over the same tables, and then the copy. Without a capture nothing of
 * this is in the kernel.
 */
#include "capture.h"
#include "hook.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline int packet_in_and_copy(struct __sk_buff *skb, __u8 direction)
{
	struct weir_noted *noted = noted_get();
	int answer;

	if (noted)
		noted->reason = WEIR_REASON_COUNT;
	answer = weir_packet_in(skb, direction);
	capture_packet(skb, direction);
	return answer;
}

SEC("tc")
int weir_capture_from(struct __sk_buff *skb)
{
	return packet_in_and_copy(skb, WEIR_EGRESS);
}

SEC("tc")
int weir_capture_to(struct __sk_buff *skb)
{
	return packet_in_and_copy(skb, WEIR_INGRESS);
}
