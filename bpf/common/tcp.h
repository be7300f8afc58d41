/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* tcp.h - how far a TCP connection is (RFC 9293 3.3.2, as seen from the middle), and idle times. */
#ifndef WEIR_TCP_H
#define WEIR_TCP_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "maps.h"
#include "parse.h"

static __always_inline bool tcp_is_opening(const struct weir_packet *p)
{
	return p->key.protocol == WEIR_PROTO_TCP &&
	       (p->tcp_flags & (WEIR_TCP_SYN | WEIR_TCP_ACK)) == WEIR_TCP_SYN;
}

static __always_inline __u32 tcp_timeout(__u8 state)
{
	switch (state) {
	case WEIR_TCP_SYN_SENT:
	case WEIR_TCP_SYN_ACKED:
	case WEIR_TCP_CLOSING: /* half closed: the other side may still send for a while */
		return weir_control.timeout_tcp_syn;
	case WEIR_TCP_CLOSED:
	case WEIR_TCP_RESET:
	case WEIR_TCP_REFUSED:
		return weir_control.timeout_tcp_closing;
	default:
		return weir_control.timeout_tcp_established;
	}
}

/* Idle time in jiffies after which a connection is forgotten. */
static __always_inline __u32 connection_timeout(__u8 protocol, __u8 state, bool replied)
{
	switch (protocol) {
	case WEIR_PROTO_TCP:
		return tcp_timeout(state);
	case WEIR_PROTO_UDP:
		return replied ? weir_control.timeout_udp_replied : weir_control.timeout_udp;
	case WEIR_PROTO_ICMP:
	case WEIR_PROTO_ICMPV6:
		return weir_control.timeout_icmp;
	default:
		return weir_control.timeout_other;
	}
}

/* When it passes: once for both containers that it is judged for, a clock reading is dear. */
static __always_inline __u64 packet_time(struct weir_packet *p)
{
	if (!p->ktime_ns)
		p->ktime_ns = bpf_ktime_get_ns();
	return p->ktime_ns;
}

/* Between SYN and SYN-ACK the other side works, between SYN-ACK and ACK the opener does. */
static __always_inline void handshake_step(
	struct weir_connection *c, struct weir_packet *p, bool opener)
{
	__u64 now = packet_time(p);
	__u64 passed = now - c->step_ns;
	__u32 ns = passed > ~0u ? ~0u : (__u32)passed;

	c->step_ns = now;
	/* The container is the opener of egress connections. */
	if (opener == (c->opener == WEIR_EGRESS))
		c->handshake_container_ns = ns;
	else
		c->handshake_network_ns = ns;
}

static __always_inline void tcp_track_fin(struct weir_connection *c, const struct weir_packet *p)
{
	c->flags |= p->direction == WEIR_EGRESS ? WEIR_CONNECTION_FIN_LOCAL
						: WEIR_CONNECTION_FIN_REMOTE;
	if ((c->flags & WEIR_CONNECTION_FIN_LOCAL) && (c->flags & WEIR_CONNECTION_FIN_REMOTE))
		c->state = WEIR_TCP_CLOSED;
	else
		c->state = WEIR_TCP_CLOSING;
}

/* Moves the TCP state on by one packet (RFC 9293 3.3.2, as seen from the middle). */
static __always_inline void tcp_track(struct weir_connection *c, struct weir_packet *p)
{
	bool opener = p->direction == c->opener;

	if (c->state >= WEIR_TCP_CLOSED)
		return;
	if (p->tcp_flags & WEIR_TCP_RST) {
		c->state = c->state == WEIR_TCP_SYN_SENT && !opener ? WEIR_TCP_REFUSED
								    : WEIR_TCP_RESET;
		return;
	}
	if (c->state == WEIR_TCP_SYN_SENT && !opener && (p->tcp_flags & WEIR_TCP_SYN) &&
		(p->tcp_flags & WEIR_TCP_ACK)) {
		c->state = WEIR_TCP_SYN_ACKED;
		handshake_step(c, p, false);
		return;
	}
	if (c->state == WEIR_TCP_SYN_ACKED && opener && (p->tcp_flags & WEIR_TCP_ACK)) {
		c->state = WEIR_TCP_ESTABLISHED;
		handshake_step(c, p, true);
	}
	if (p->tcp_flags & WEIR_TCP_FIN)
		tcp_track_fin(c, p);
}

/* State of a connection that this packet opens; without a SYN it was open before we looked. */
static __always_inline void tcp_open(struct weir_connection *c, const struct weir_packet *p)
{
	if (p->key.protocol != WEIR_PROTO_TCP)
		return;
	if (tcp_is_opening(p)) {
		c->state = WEIR_TCP_SYN_SENT;
		c->step_ns = p->ktime_ns;
		return;
	}
	c->state = p->tcp_flags & WEIR_TCP_RST ? WEIR_TCP_RESET : WEIR_TCP_ESTABLISHED;
	if (p->tcp_flags & WEIR_TCP_FIN)
		tcp_track_fin(c, p);
}

#endif
