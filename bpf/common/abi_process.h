/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* abi_process.h - part of abi.h: whose sockets they are. */
#ifndef WEIR_ABI_PROCESS_H
#define WEIR_ABI_PROCESS_H

#include "abi_flow.h"

/* How it is known whose socket it is; of two the smaller number is the surer one. */
enum weir_process_via {
	WEIR_PROCESS_CONNECT = 0, /* called connect() */
	WEIR_PROCESS_CLOSE = 1,   /* closed it, so it had it last */
	WEIR_PROCESS_BIND = 2,    /* bound it, or the one that listens and took the connection */
	WEIR_PROCESS_SOCKET = 3,  /* made it, and nobody bound it: datagrams only */
};

#define WEIR_COMM 16

/* Who has a socket. */
struct weir_process {
	__u32 pid; /* thread group, in the first pid namespace */
	__u8 via;  /* enum weir_process_via */
	__u8 told; /* a record says so */
	__u8 zero[2];
	char comm[WEIR_COMM]; /* of the group's leader, zero-terminated */
};

/* The socket with this cookie, which is never given to another one. */
struct weir_process_slot {
	__u64 cookie; /* 0: free, or being written */
	struct weir_process process;
};

/*
 * weir_processes: a record of weir_process_logs, told with a packet that this process's socket has
 * sent.
 */
struct weir_process_event {
	struct weir_flow_key key;
	__u32 created; /* weir_flow.created; of a denied packet 0 */
	__u32 seen;
	struct weir_process process;
};

WEIR_ASSERT_SIZE(weir_process, 24);
WEIR_ASSERT_SIZE(weir_process_slot, 32);
WEIR_ASSERT_SIZE(weir_process_event, 72);

#endif
