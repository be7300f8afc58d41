// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which process opened or took a TCP connection of a container. At connect() and listen() the
 * current task is the one that asks for it, but the port is chosen later, and the handshake ends in
 * a softirq with anybody as current (tcp_v4_connect() in net/ipv4/tcp_ipv4.c): so who connects is
 * remembered by the socket's cookie, who listens by the port. Closing is the process's again.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <linux/in.h>
#include "kernel.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct owner {
	__u32 pid; /* 0: a thread of the kernel */
	__u32 opened;
	char comm[WEIR_COMM];
	__u32 told; /* the event is in the ring */
	__u32 sockets;
};

/* Places in weir_process_connects; a power of two. */
const volatile __u32 weir_process_slots = 16384;

/*
 * Who called connect(), in the place that the socket's cookie names; no other socket ever gets that
 * cookie, and they are given out in order, so that the oldest makes room. Needed until the
 * connection is told of; later it only saves an event at the end. An array, because a look-up in a
 * hash costs eight times as much, and an insertion fifty.
 */
struct connect {
	__u64 cookie; /* 0: free, or being written */
	struct owner owner;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct connect);
} weir_process_connects SEC(".maps");

struct listener {
	__u64 netns_cookie;
	__be32 local[4]; /* mapped if the socket is of AF_INET; an accepted one has its family */
	__be16 port;
	__u16 family;
	__u32 zero;
};

/* Who called listen(). Where sockets share a port the kernel picks one: that is nobody. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct listener);
	__type(value, struct owner);
} weir_process_listeners SEC(".maps");

/* Cookies of the containers' network namespaces; whatever else happens on the host ends here. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u32);
} weir_process_netns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} weir_process_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_process_losses);
} weir_process_losses SEC(".maps");

static struct weir_process_losses *losses(void)
{
	__u32 only = 0;

	return bpf_map_lookup_elem(&weir_process_losses, &only);
}

static __always_inline bool is_guarded(struct sock *sk)
{
	__u64 cookie = sk->__sk_common.skc_net.net->net_cookie;

	return bpf_map_lookup_elem(&weir_process_netns, &cookie) != NULL;
}

static void count(__u64 *lost)
{
	__sync_fetch_and_add(lost, 1);
}

/* A thread of the kernel acts for somebody, and nobody says for whom: pid 0. */
static __always_inline void read_current(struct owner *owner)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();

	owner->opened = bpf_jiffies64();
	if (task->flags & PF_KTHREAD)
		return;
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_core_read_str(owner->comm, sizeof(owner->comm), &task->group_leader->comm);
}

static __always_inline void mapped(__be32 out[4], __be32 address)
{
	out[0] = 0;
	out[1] = 0;
	out[2] = bpf_htonl(0xFFFF);
	out[3] = address;
}

static __always_inline void local_address(__be32 out[4], struct sock *sk)
{
	int i;

	if (sk->__sk_common.skc_family == AF_INET) {
		mapped(out, sk->__sk_common.skc_rcv_saddr);
		return;
	}
	for (i = 0; i < 4; i++)
		out[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
}

static __always_inline void remote_address(__be32 out[4], struct sock *sk)
{
	int i;

	if (sk->__sk_common.skc_family == AF_INET) {
		mapped(out, sk->__sk_common.skc_daddr);
		return;
	}
	for (i = 0; i < 4; i++)
		out[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
}

/* It never leaves the namespace by an interface that is watched. */
static __always_inline bool is_loopback(const __be32 address[4])
{
	if (address[0] || address[1])
		return false;
	if (address[2] == bpf_htonl(0xFFFF))
		return (address[3] & bpf_htonl(0xFF000000)) == bpf_htonl(0x7F000000);
	return !address[2] && address[3] == bpf_htonl(1);
}

static __always_inline __be16 local_port(struct sock *sk)
{
	return BPF_CORE_READ((struct inet_sock *)sk, inet_sport);
}

/* False if the ring is full. */
static __always_inline bool tell(
	struct sock *sk, const struct owner *owner, __u8 via, bool established)
{
	struct weir_process_losses *lost = losses();
	struct weir_process_event *event;

	if (!owner->pid)
		return true;
	event = bpf_ringbuf_reserve(&weir_process_events, sizeof(*event), 0);
	if (!event) {
		if (lost)
			count(&lost->events);
		return false;
	}
	local_address(event->local, sk);
	remote_address(event->remote, sk);
	if (is_loopback(event->remote)) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		return true;
	}
	event->netns_cookie = sk->__sk_common.skc_net.net->net_cookie;
	event->local_port = local_port(sk);
	event->remote_port = sk->__sk_common.skc_dport;
	event->opened = owner->opened;
	event->seen = bpf_jiffies64();
	event->pid = owner->pid;
	__builtin_memcpy(event->comm, owner->comm, sizeof(event->comm));
	event->via = via;
	event->established = established;
	__builtin_memset(event->zero, 0, sizeof(event->zero));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return true;
}

static __always_inline struct connect *connect_place(__u64 cookie)
{
	__u32 index = (__u32)cookie & (weir_process_slots - 1);

	return bpf_map_lookup_elem(&weir_process_connects, &index);
}

/*
 * A copy of who connected the socket. Null if that is forgotten, also if it was overwritten while
 * it was copied: the second look is a barrier on every architecture.
 */
static __always_inline struct connect *connect_find(__u64 cookie, struct owner *copy)
{
	struct connect *place = connect_place(cookie);

	if (!place || place->cookie != cookie)
		return NULL;
	*copy = place->owner;
	return __sync_fetch_and_add(&place->cookie, 0) == cookie ? place : NULL;
}

static __always_inline void on_connect(struct sock *sk)
{
	__u64 cookie = bpf_get_socket_cookie(sk);
	struct connect *place = connect_place(cookie);
	struct owner now = {};

	if (!place)
		return;
	read_current(&now);
	__sync_lock_test_and_set(&place->cookie, 0);
	place->owner = now;
	__sync_lock_test_and_set(&place->cookie, cookie);
}

static __always_inline void listener_key(struct listener *key, struct sock *sk)
{
	key->netns_cookie = sk->__sk_common.skc_net.net->net_cookie;
	local_address(key->local, sk);
	key->port = local_port(sk);
	key->family = sk->__sk_common.skc_family;
}

static __always_inline void on_listen(struct sock *sk)
{
	struct weir_process_losses *lost = losses();
	struct listener key = {};
	struct owner now = {.sockets = 1};
	struct owner *others;

	listener_key(&key, sk);
	read_current(&now);
	if (BPF_CORE_READ_BITFIELD_PROBED(&sk->__sk_common, skc_reuseport))
		now.pid = 0; /* others may have shared the port before anybody looked */
	others = bpf_map_lookup_elem(&weir_process_listeners, &key);
	if (others) {
		__sync_fetch_and_add(&others->sockets, 1);
		if (others->pid != now.pid)
			others->pid = 0;
		return;
	}
	if (bpf_map_update_elem(&weir_process_listeners, &key, &now, BPF_ANY) && lost)
		count(&lost->sockets);
}

static __always_inline void on_unlisten(struct sock *sk)
{
	struct listener key = {};
	struct owner *owner;

	listener_key(&key, sk);
	owner = bpf_map_lookup_elem(&weir_process_listeners, &key);
	if (owner && __sync_fetch_and_add(&owner->sockets, -1) <= 1)
		bpf_map_delete_elem(&weir_process_listeners, &key);
}

/* The listener at the connection's own address comes before the one at any. */
static __always_inline void on_accepted(struct sock *sk)
{
	struct listener key = {};
	struct owner *owner;
	struct owner now;

	listener_key(&key, sk);
	owner = bpf_map_lookup_elem(&weir_process_listeners, &key);
	if (!owner) {
		if (key.family == AF_INET)
			mapped(key.local, 0);
		else
			__builtin_memset(key.local, 0, sizeof(key.local));
		owner = bpf_map_lookup_elem(&weir_process_listeners, &key);
	}
	if (!owner)
		return; /* it listened before anybody looked */
	now = *owner;
	now.opened = bpf_jiffies64();
	tell(sk, &now, WEIR_PROCESS_LISTEN, true);
}

static __always_inline void on_established(struct sock *sk, int before)
{
	struct weir_process_losses *lost;
	struct owner owner;
	struct connect *place = connect_find(bpf_get_socket_cookie(sk), &owner);

	if (place) {
		place->owner.told = tell(sk, &owner, WEIR_PROCESS_CONNECT, true);
	} else if (before == TCP_SYN_SENT) {
		lost = losses();
		if (lost)
			count(&lost->sockets);
	} else {
		on_accepted(sk);
	}
}

/* The current task gives up its side: it has the connection, whoever listens. */
static __always_inline void on_closed(struct sock *sk)
{
	struct owner owner, now = {};

	if (connect_find(bpf_get_socket_cookie(sk), &owner)) {
		if (!owner.told)
			tell(sk, &owner, WEIR_PROCESS_CONNECT, true);
		return;
	}
	read_current(&now);
	tell(sk, &now, WEIR_PROCESS_CLOSE, true);
}

static __always_inline void on_unanswered(struct sock *sk)
{
	struct owner owner;

	if (connect_find(bpf_get_socket_cookie(sk), &owner))
		tell(sk, &owner, WEIR_PROCESS_CONNECT, false);
}

/* The changes that tell something; most do not. close() after shutdown() is no second end. */
static __always_inline bool is_step(int before, int now)
{
	if (now == TCP_CLOSE)
		return before == TCP_SYN_SENT || before == TCP_LISTEN;
	return before != now &&
	       (1 << now & (1 << TCP_ESTABLISHED | 1 << TCP_SYN_SENT | 1 << TCP_FIN_WAIT1 |
				   1 << TCP_LAST_ACK | 1 << TCP_LISTEN));
}

SEC("tp_btf/inet_sock_set_state")
int weir_process_state(__u64 *arguments)
{
	struct sock *sk = (struct sock *)arguments[0];
	int before = arguments[1];
	int now = arguments[2];

	if (!is_step(before, now) || sk->sk_protocol != IPPROTO_TCP || !is_guarded(sk))
		return 0;
	if (now == TCP_SYN_SENT)
		on_connect(sk);
	else if (now == TCP_LISTEN)
		on_listen(sk);
	else if (now == TCP_ESTABLISHED)
		on_established(sk, before);
	else if (now != TCP_CLOSE)
		on_closed(sk);
	else if (before == TCP_SYN_SENT)
		on_unanswered(sk);
	else
		on_unlisten(sk);
	return 0;
}

/* A connection that policy drops is never answered; its SYN that is sent again has the port. */
SEC("tp_btf/tcp_retransmit_skb")
int weir_process_again(__u64 *arguments)
{
	struct sock *sk = (struct sock *)arguments[0];

	if (sk->__sk_common.skc_state == TCP_SYN_SENT && is_guarded(sk))
		on_unanswered(sk);
	return 0;
}
