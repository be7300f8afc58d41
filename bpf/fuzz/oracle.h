/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * oracle.h - what must hold for every frame that parse.h is given, in any part of it that lies in
 * memory. The frame is copied to a block of just that size, so that AddressSanitizer sees a read
 * beyond it.
 */
#ifndef WEIR_ORACLE_H
#define WEIR_ORACLE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "parse.h"
#include "plain.h"

#define ORACLE_ENDPOINT 0x1234

struct oracle_result {
	int why;
	struct weir_cursor cursor;
	struct weir_packet packet;
};

enum oracle_mode {
	ORACLE_PLAIN,
	ORACLE_FULL,
};

#define ORACLE_EXPECT(condition)                                                                   \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);   \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Parses a frame of which only the first linear bytes lie before data_end. */
static inline void oracle_parse(struct oracle_result *r, const uint8_t *frame, size_t size,
	size_t linear, __u8 direction, enum oracle_mode mode, __u8 gso)
{
	uint8_t *copy = malloc(linear ? linear : 1);

	if (!copy)
		abort();
	memcpy(copy, frame, linear);
	memset(r, 0, sizeof(*r));
	r->cursor.data = copy;
	r->cursor.data_end = copy + linear;
	r->cursor.frame = (__u32)size;
	r->cursor.gso = gso;
	r->packet.direction = direction;
	r->packet.key.endpoint = ORACLE_ENDPOINT;
	r->why = mode == ORACLE_PLAIN ? parse_plain(&r->cursor, &r->packet)
				      : weir_parse(&r->cursor, &r->packet);
	if (r->why == WEIR_PARSE_OK && r->cursor.tcp)
		parse_tcp_numbers(&r->packet, r->cursor.tcp);
	r->cursor.tcp = 0;
	r->cursor.data = 0;
	r->cursor.data_end = 0;
	free(copy);
}

static inline int oracle_same_key(const struct weir_flow_key *a, const struct weir_flow_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* What both parses fill in of a packet that the plain one understands. */
static inline void oracle_expect_same(const struct oracle_result *a, const struct oracle_result *b)
{
	ORACLE_EXPECT(a->why == b->why);
	if (a->why != WEIR_PARSE_OK)
		return;
	ORACLE_EXPECT(oracle_same_key(&a->packet.key, &b->packet.key));
	ORACLE_EXPECT(oracle_same_key(&a->packet.quoted, &b->packet.quoted));
	ORACLE_EXPECT(a->packet.source_mac == b->packet.source_mac);
	ORACLE_EXPECT(a->packet.header_length == b->packet.header_length);
	ORACLE_EXPECT(a->packet.kind == b->packet.kind);
	ORACLE_EXPECT(a->packet.fragment == b->packet.fragment);
	ORACLE_EXPECT(a->packet.fragment_id == b->packet.fragment_id);
	ORACLE_EXPECT(a->packet.fragment_protocol == b->packet.fragment_protocol);
	ORACLE_EXPECT(a->packet.tcp_flags == b->packet.tcp_flags);
	ORACLE_EXPECT(a->packet.dscp == b->packet.dscp);
	ORACLE_EXPECT(a->packet.ecn == b->packet.ecn);
	ORACLE_EXPECT(a->packet.payload == b->packet.payload);
	ORACLE_EXPECT(a->packet.seq == b->packet.seq);
	ORACLE_EXPECT(a->packet.ack == b->packet.ack);
	ORACLE_EXPECT(a->packet.window == b->packet.window);
	ORACLE_EXPECT(a->packet.icmp_type == b->packet.icmp_type);
	ORACLE_EXPECT(a->packet.icmp_code == b->packet.icmp_code);
}

static inline int oracle_is_reason(int why)
{
	switch (why) {
	case WEIR_REASON_MALFORMED_LINK:
	case WEIR_REASON_MALFORMED_IPV4:
	case WEIR_REASON_MALFORMED_IPV6:
	case WEIR_REASON_MALFORMED_TRANSPORT:
	case WEIR_REASON_MALFORMED_FRAGMENT:
	case WEIR_REASON_EXTENSION_HEADERS:
		return 1;
	default:
		return 0;
	}
}

static inline void oracle_check_packet(const struct oracle_result *r, size_t size, __u8 direction)
{
	const struct weir_packet *p = &r->packet;

	ORACLE_EXPECT(p->direction == direction);
	ORACLE_EXPECT(p->key.endpoint == ORACLE_ENDPOINT);
	ORACLE_EXPECT(p->key.zero == 0 && p->quoted.zero == 0);
	ORACLE_EXPECT(p->kind <= WEIR_PACKET_NON_IP);
	ORACLE_EXPECT(p->fragment <= WEIR_FRAGMENT_LATER);
	ORACLE_EXPECT(p->header_length <= size);
	ORACLE_EXPECT(r->cursor.end <= size);
	ORACLE_EXPECT(p->quoted.endpoint == 0 || p->quoted.endpoint == ORACLE_ENDPOINT);
	ORACLE_EXPECT(p->quoted.endpoint == 0 || p->kind == WEIR_PACKET_ICMP_ERROR);
	if (p->kind == WEIR_PACKET_FLOW || p->kind == WEIR_PACKET_ICMP_ERROR) {
		ORACLE_EXPECT(p->header_length >= WEIR_ETH_LENGTH + 20);
		ORACLE_EXPECT(p->header_length <= r->cursor.end);
	}
	/* What has no transport header here has no ports. */
	if (p->fragment == WEIR_FRAGMENT_LATER)
		ORACLE_EXPECT(!p->key.local_port && !p->key.remote_port && !p->tcp_flags);
	if (p->kind == WEIR_PACKET_ICMP_ERROR)
		ORACLE_EXPECT(p->fragment == WEIR_FRAGMENT_NONE);
}

/* As weir_tc does it: the plain parse, then all that may be pulled and the full one. */
static inline void oracle_program(struct oracle_result *r, const uint8_t *frame, size_t size,
	size_t linear, __u8 direction, __u8 gso)
{
	size_t pulled = size < WEIR_PARSE_LIMIT ? size : WEIR_PARSE_LIMIT;

	oracle_parse(r, frame, size, linear, direction, ORACLE_PLAIN, gso);
	if (r->why == WEIR_PARSE_OK)
		return;
	if (linear < pulled && linear < 256)
		linear = pulled;
	oracle_parse(r, frame, size, linear, direction, ORACLE_FULL, gso);
	if (r->why == WEIR_PARSE_MORE)
		r->why = WEIR_REASON_EXTENSION_HEADERS;
}

static inline void oracle_check_linear(const struct oracle_result *whole, const uint8_t *frame,
	size_t size, size_t linear, __u8 direction, __u8 gso)
{
	struct oracle_result part;

	oracle_parse(&part, frame, size, linear, direction, ORACLE_FULL, gso);
	/* A quoted packet that is not in memory only leaves the error unrelated. */
	if (part.why == WEIR_PARSE_OK && !part.packet.quoted.endpoint)
		memcpy(&part.packet.quoted, &whole->packet.quoted, sizeof(part.packet.quoted));
	if (part.why != WEIR_PARSE_MORE)
		oracle_expect_same(&part, whole);
	oracle_parse(&part, frame, size, linear, direction, ORACLE_PLAIN, gso);
	if (part.why >= 0)
		oracle_expect_same(&part, whole);
	/* The plain path of weir_tc does not look at these. */
	if (part.why == WEIR_PARSE_OK)
		ORACLE_EXPECT(part.packet.kind == WEIR_PACKET_FLOW &&
			      part.packet.fragment == WEIR_FRAGMENT_NONE);
	oracle_program(&part, frame, size, linear, direction, gso);
	if (linear >= 256 && part.why == WEIR_REASON_EXTENSION_HEADERS)
		return; /* headers beyond the linear part, and that is not small: given up */
	if (part.why == WEIR_PARSE_OK && !part.packet.quoted.endpoint)
		memcpy(&part.packet.quoted, &whole->packet.quoted, sizeof(part.packet.quoted));
	if (size <= WEIR_PARSE_LIMIT)
		oracle_expect_same(&part, whole);
}

/* Linear parts worth a look: each end of a header is within the first bytes. */
static inline void oracle_check(const uint8_t *frame, size_t size)
{
	struct oracle_result whole;
	__u8 direction, gso;
	size_t linear;

	for (direction = 0; direction < 2; direction++) {
		for (gso = 0; gso < 2; gso++) {
			oracle_parse(&whole, frame, size, size, direction, ORACLE_FULL, gso);
			ORACLE_EXPECT(whole.why == WEIR_PARSE_OK || oracle_is_reason(whole.why));
			if (whole.why == WEIR_PARSE_OK)
				oracle_check_packet(&whole, size, direction);
			for (linear = 0; linear < size && linear < 128; linear += 1 + linear / 16)
				oracle_check_linear(&whole, frame, size, linear, direction, gso);
			oracle_check_linear(&whole, frame, size, size, direction, gso);
		}
	}
}

#endif
