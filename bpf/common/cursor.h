/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* cursor.h - every bounds check of packet data is here. */
#ifndef WEIR_CURSOR_H
#define WEIR_CURSOR_H

#include "packet.h"

/* Results beside enum weir_reason: */
#define WEIR_PARSE_OK   0
#define WEIR_PARSE_MORE (-1) /* the header lies beyond data_end but within the frame */
#define WEIR_PARSE_FULL (-2) /* not one of the packets that plain.h is for */

/* Offsets are kept below this, so that the verifier can follow them. */
#define WEIR_PARSE_LIMIT       2048
#define WEIR_EXTENSION_HEADERS 8
#define WEIR_VLAN_TAGS         2

struct weir_cursor {
	const void *data;
	const void *data_end;
	__u32 frame;     /* length of the frame, whether or not all of it lies before data_end */
	__u32 offset;    /* of the header to read next */
	__u32 end;       /* of the IP packet, as its header says */
	__u8 gso;        /* lengths in the headers may be zero (BIG TCP) */
	const __u8 *tcp; /* plain parse: the header, for parse_tcp_numbers(); null: no TCP */
};

/* Points at size bytes from the cursor on; otherwise the reason in *why. */
static __always_inline const void *cursor_at(
	const struct weir_cursor *c, __u32 size, int malformed, int *why)
{
	__u32 offset = c->offset;
	const __u8 *at;

	/* Older verifiers have to see the check on the very register that is added. */
	asm volatile("" : "+r"(offset));
	if (offset > WEIR_PARSE_LIMIT) {
		*why = WEIR_REASON_EXTENSION_HEADERS;
		return 0;
	}
	at = (const __u8 *)c->data + offset;
	if ((const void *)(at + size) > c->data_end) {
		*why = offset + size <= c->frame ? WEIR_PARSE_MORE : malformed;
		return 0;
	}
	return at;
}

#endif
