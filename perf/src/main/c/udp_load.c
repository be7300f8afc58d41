// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * udp_load.c - small UDP packets.
 *
 *   udp_load sink PORT
 *   udp_load send IP PORT BYTES           one flow, as fast as it goes
 *   udp_load spray IP FLOWS RATE SECONDS  that many flows in turn, packets a second altogether
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH      32
#define SIZE_MOST  2048
#define FIRST_PORT 1024
#define PORTS      50000 /* of the destination, for each of ours */

static struct mmsghdr messages[BATCH];
static struct iovec parts[BATCH];
static char buffers[BATCH][SIZE_MOST];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void prepare(size_t size)
{
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){buffers[i], size};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static void drain(int fd, struct sockaddr_in *address)
{
	int room = 8 << 20;

	prepare(SIZE_MOST);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)address, sizeof(*address)))
		die("bind");
	for (;;)
		recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
}

static void send_all(int fd, struct sockaddr_in *address, size_t size)
{
	prepare(size);
	if (connect(fd, (struct sockaddr *)address, sizeof(*address)))
		die("connect");
	for (;;)
		sendmmsg(fd, messages, BATCH, 0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void spray(struct sockaddr_in *address, long flows, double rate, double duration)
{
	double start = seconds(), now;
	int sockets[64];
	long sent = 0;

	for (long i = 0; i <= (flows - 1) / PORTS && i < 64; i++)
		sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
	while ((now = seconds() - start) < duration) {
		if (sent > now * rate) {
			usleep(500);
			continue;
		}
		for (int i = 0; i < BATCH; i++, sent++) {
			long flow = sent % flows;

			address->sin_port = htons(FIRST_PORT + flow % PORTS);
			sendto(sockets[flow / PORTS], "weir", 4, 0, (struct sockaddr *)address,
				sizeof(*address));
		}
	}
	printf("%ld\n", sent);
	exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc == 3 && !strcmp(argv[1], "sink")) {
		address.sin_port = htons(atoi(argv[2]));
		drain(fd, &address);
	} else if (argc == 5 && !strcmp(argv[1], "send")) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		address.sin_port = htons(atoi(argv[3]));
		send_all(fd, &address, strtoul(argv[4], NULL, 10));
	} else if (argc == 6 && !strcmp(argv[1], "spray")) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		spray(&address, atol(argv[3]), atof(argv[4]), atof(argv[5]));
	}
	fprintf(stderr, "usage: udp_load sink PORT | send IP PORT BYTES |"
			" spray IP FLOWS RATE SECONDS\n");
	return 2;
}
