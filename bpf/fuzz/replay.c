// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * replay.c - runs the corpus through the oracle without a fuzzer, and prints what the parser makes
 * of each frame, a line for each direction. ParserAgreementIT compares these with the kernel.
 *
 *     replay FILE...
 *     NAME DIRECTION RESULT KIND FRAGMENT KEY
 *
 * KEY is struct weir_flow_key in hexadecimal, endpoint 0.
 */
#include "oracle.h"

#define FRAME_LIMIT 65536

static void print_frame(const char *name, const uint8_t *frame, size_t size, __u8 direction)
{
	struct oracle_result r;
	const uint8_t *key = (const uint8_t *)&r.packet.key;
	const char *slash = strrchr(name, '/');
	size_t i;

	oracle_program(&r, frame, size, size, direction, 0);
	r.packet.key.endpoint = 0;
	printf("%s %d %d %d %d ", slash ? slash + 1 : name, direction, r.why, r.packet.kind,
		r.packet.fragment);
	for (i = 0; i < sizeof(r.packet.key); i++)
		printf("%02x", key[i]);
	putchar('\n');
}

static int replay(const char *name)
{
	static uint8_t frame[FRAME_LIMIT];
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!file) {
		perror(name);
		return -1;
	}
	size = fread(frame, 1, sizeof(frame), file);
	fclose(file);
	oracle_check(frame, size);
	print_frame(name, frame, size, WEIR_INGRESS);
	print_frame(name, frame, size, WEIR_EGRESS);
	return 0;
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (replay(argv[i]))
			return 1;
	return argc > 1 ? 0 : 2;
}
