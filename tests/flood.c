/*
 * flood.c - sends small UDP datagrams as fast as a socket can, for the demonstration and the tests.
 *
 * flood ADDRESS PORT SECONDS: prints how many datagrams the kernel took.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH         64
#define PAYLOAD_BYTES 18 /* the smallest frame */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char payload[PAYLOAD_BYTES] = {0};
	struct iovec part = {payload, sizeof(payload)};
	struct mmsghdr batch[BATCH];
	unsigned long long sent = 0;
	double end;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || fd < 0) {
		fprintf(stderr, "usage: flood ADDRESS PORT SECONDS\n");
		return 2;
	}
	to.sin_port = htons((unsigned short)atoi(argv[2]));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("flood: connect");
		return 1;
	}
	memset(batch, 0, sizeof(batch));
	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &part;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	for (end = now() + atof(argv[3]); now() < end;) {
		int taken = sendmmsg(fd, batch, BATCH, 0);

		/* A datagram that a policy drops right away is an error to the sender: it counts.
		 */
		sent += taken > 0 ? (unsigned)taken : 0;
	}
	printf("%llu\n", sent);
	return 0;
}
