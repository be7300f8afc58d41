// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which process has a socket, written down where the process that asks is the current task: at
 * socket(), bind(), connect() and close(). Attached to the root of the cgroup hierarchy, so that
 * they run for every socket of the host; nothing is told from here, and nothing is ever refused.
 * Sources: net/ipv4/af_inet.c, inet_create(), __inet_bind(), __inet_stream_connect(),
 * inet_release().
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include "kernel.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "sockets.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define ALLOW 1

/* False for a thread of the kernel: it acts for somebody, and nobody says for whom. */
static __always_inline bool read_current(struct weir_process *process, __u8 via)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();

	if (task->flags & PF_KTHREAD)
		return false;
	process->pid = task->tgid;
	process->via = via;
	/* All of it, and it ends with a zero: as a string it would be read byte by byte. */
	bpf_core_read(process->comm, sizeof(process->comm), &task->group_leader->comm);
	return true;
}

/* With the socket, for as long as it lives; what is there already is overwritten. */
static __always_inline void keep(struct bpf_sock *sk, __u8 via)
{
	struct weir_process now = {};
	struct weir_process *kept;

	if (!read_current(&now, via))
		return;
	kept = bpf_sk_storage_get(&weir_process_sockets, sk, &now, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (kept)
		*kept = now;
}

static __always_inline void on_connect(struct bpf_sock_addr *address)
{
	struct weir_process now = {};
	struct weir_process_slot *slot;
	__u64 cookie;

	if (address->protocol != IPPROTO_TCP)
		return;
	cookie = bpf_get_socket_cookie(address);
	slot = process_slot(cookie);
	if (slot && read_current(&now, WEIR_PROCESS_CONNECT))
		process_slot_put(slot, cookie, &now);
}

SEC("cgroup/connect4")
int weir_process_connect4(struct bpf_sock_addr *address)
{
	on_connect(address);
	return ALLOW;
}

SEC("cgroup/connect6")
int weir_process_connect6(struct bpf_sock_addr *address)
{
	on_connect(address);
	return ALLOW;
}

SEC("cgroup/post_bind4")
int weir_process_bind4(struct bpf_sock *sk)
{
	keep(sk, WEIR_PROCESS_BIND);
	return ALLOW;
}

SEC("cgroup/post_bind6")
int weir_process_bind6(struct bpf_sock *sk)
{
	keep(sk, WEIR_PROCESS_BIND);
	return ALLOW;
}

SEC("cgroup/sock_create")
int weir_process_create(struct bpf_sock *sk)
{
	if (sk->type != SOCK_STREAM)
		keep(sk, WEIR_PROCESS_SOCKET);
	return ALLOW;
}

/* The FIN, or the reset, goes out after this. Who connected a socket is told, not who closed it. */
SEC("cgroup/sock_release")
int weir_process_close(struct bpf_sock *sk)
{
	struct weir_process now = {};
	struct weir_process_slot *slot;
	__u64 cookie;

	if (sk->protocol != IPPROTO_TCP)
		return ALLOW;
	cookie = bpf_get_socket_cookie(sk);
	slot = process_slot(cookie);
	if (slot && slot->cookie != cookie && read_current(&now, WEIR_PROCESS_CLOSE))
		process_slot_put(slot, cookie, &now);
	return ALLOW;
}
