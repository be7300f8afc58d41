// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The programs on the host side of a container's veth. TC ingress of that interface is what the
 * container sends, TC egress is what it will receive.
 */
#include "hook.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tc")
int weir_from_container(struct __sk_buff *skb)
{
	return weir_packet_in(skb, WEIR_EGRESS);
}

SEC("tc")
int weir_to_container(struct __sk_buff *skb)
{
	return weir_packet_in(skb, WEIR_INGRESS);
}
