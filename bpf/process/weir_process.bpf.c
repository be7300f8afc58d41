// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which process opened or took a TCP connection of a container. At connect() and listen() the
 * current task is the one that asks for it, but the port is chosen later, and the handshake ends in
 * a softirq with anybody as current (tcp_v4_connect() in net/ipv4/tcp_ipv4.c): so the socket
 * carries its process, and an accepted one gets its listener's. Closing is the process's again.
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

/* Who asked for the socket's connection, or for those of its listener. */
struct owner {
	__u32 pid;
	__u32 opened;
	char comm[WEIR_COMM];
	__u8 via;
	__u8 told; /* the event is in the ring */
	__u8 zero[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct owner);
} weir_process_owners SEC(".maps");

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

/* False for a thread of the kernel: it acts for somebody, and nobody says for whom. */
static __always_inline bool read_current(struct owner *owner)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return false;
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_core_read_str(owner->comm, sizeof(owner->comm), &leader->comm);
	return true;
}

static __always_inline void mapped(__be32 out[4], __be32 address)
{
	out[0] = 0;
	out[1] = 0;
	out[2] = bpf_htonl(0xFFFF);
	out[3] = address;
}

/* False for what never leaves the namespace by an interface that is watched. */
static __always_inline bool write_addresses(struct weir_process_event *event, struct sock *sk)
{
	if (sk->__sk_common.skc_family == AF_INET) {
		mapped(event->local, sk->__sk_common.skc_rcv_saddr);
		mapped(event->remote, sk->__sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&event->local, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32);
		BPF_CORE_READ_INTO(&event->remote, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32);
	}
	if (event->remote[0] || event->remote[1])
		return true;
	if (event->remote[2] == bpf_htonl(0xFFFF))
		return (event->remote[3] & bpf_htonl(0xFF000000)) != bpf_htonl(0x7F000000);
	return event->remote[2] || event->remote[3] != bpf_htonl(1);
}

/* False if the ring is full. */
static __always_inline bool tell(struct sock *sk, const struct owner *owner, bool established)
{
	struct weir_process_losses *lost = losses();
	struct weir_process_event *event =
		bpf_ringbuf_reserve(&weir_process_events, sizeof(*event), 0);

	if (!event) {
		if (lost)
			__sync_fetch_and_add(&lost->events, 1);
		return false;
	}
	if (!write_addresses(event, sk)) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		return true;
	}
	event->netns_cookie = sk->__sk_common.skc_net.net->net_cookie;
	event->local_port = BPF_CORE_READ((struct inet_sock *)sk, inet_sport);
	event->remote_port = sk->__sk_common.skc_dport;
	event->opened = owner->opened;
	event->seen = bpf_jiffies64();
	event->pid = owner->pid;
	__builtin_memcpy(event->comm, owner->comm, sizeof(event->comm));
	event->via = owner->via;
	event->established = established;
	__builtin_memset(event->zero, 0, sizeof(event->zero));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return true;
}

/* The current task asks for what comes: it calls connect() or listen(). */
static __always_inline void on_asked(struct sock *sk, __u8 via)
{
	struct owner *owner = bpf_sk_storage_get(&weir_process_owners, sk, NULL, 0);
	struct owner now = {.via = via};
	struct weir_process_losses *lost;

	if (!read_current(&now)) {
		if (owner)
			bpf_sk_storage_delete(&weir_process_owners, sk);
		return;
	}
	now.opened = bpf_jiffies64();
	if (owner) {
		*owner = now; /* the socket was used before */
		return;
	}
	if (bpf_sk_storage_get(&weir_process_owners, sk, &now, BPF_SK_STORAGE_GET_F_CREATE))
		return;
	lost = losses();
	if (lost)
		__sync_fetch_and_add(&lost->sockets, 1);
}

static __always_inline void on_established(struct sock *sk)
{
	struct owner *owner = bpf_sk_storage_get(&weir_process_owners, sk, NULL, 0);

	if (!owner)
		return;
	if (owner->via == WEIR_PROCESS_LISTEN)
		owner->opened = bpf_jiffies64(); /* the time so far is the listener's */
	owner->told = tell(sk, owner, true);
}

/* The current task gives up its side: whose a connection is that nobody knew, or took over. */
static __always_inline void on_closed(struct sock *sk)
{
	struct owner *owner = bpf_sk_storage_get(&weir_process_owners, sk, NULL, 0);
	struct owner now = {.via = WEIR_PROCESS_CLOSE};

	if (owner && owner->via == WEIR_PROCESS_CONNECT) {
		if (!owner->told)
			tell(sk, owner, true);
		return;
	}
	if (!read_current(&now))
		return;
	if (owner && owner->told && owner->pid == now.pid)
		return;
	now.opened = owner ? owner->opened : (__u32)bpf_jiffies64();
	tell(sk, &now, true);
}

static __always_inline void on_unanswered(struct sock *sk)
{
	struct owner *owner = bpf_sk_storage_get(&weir_process_owners, sk, NULL, 0);

	if (owner && owner->via == WEIR_PROCESS_CONNECT)
		tell(sk, owner, false);
}

SEC("tp_btf/inet_sock_set_state")
int weir_process_state(__u64 *arguments)
{
	struct sock *sk = (struct sock *)arguments[0];
	int before = arguments[1];
	int now = arguments[2];

	if (sk->sk_protocol != IPPROTO_TCP || !is_guarded(sk))
		return 0;
	if (now == TCP_SYN_SENT)
		on_asked(sk, WEIR_PROCESS_CONNECT);
	else if (now == TCP_LISTEN)
		on_asked(sk, WEIR_PROCESS_LISTEN);
	else if (now == TCP_ESTABLISHED)
		on_established(sk);
	else if (before != now && (now == TCP_FIN_WAIT1 || now == TCP_LAST_ACK))
		on_closed(sk); /* close() after shutdown() is no second end */
	else if (now == TCP_CLOSE && before == TCP_SYN_SENT)
		on_unanswered(sk);
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
