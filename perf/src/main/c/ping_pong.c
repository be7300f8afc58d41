// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * ping_pong.c - one TCP connection, one message there and back at a time.
 *
 *   ping_pong server PORT
 *   ping_pong client IP PORT BYTES
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_MOST 65536

static char message[MESSAGE_MOST];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void no_delay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void serve(int fd, struct sockaddr_in *address)
{
	int on = 1, peer;
	ssize_t length;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)address, sizeof(*address)) || listen(fd, 8))
		die("listen");
	for (;;) {
		peer = accept(fd, NULL, NULL);
		if (peer < 0)
			die("accept");
		no_delay(peer);
		while ((length = read(peer, message, sizeof(message))) > 0) {
			if (write(peer, message, length) != length)
				break;
		}
		close(peer);
	}
}

static void play(int fd, struct sockaddr_in *address, size_t size)
{
	size_t received;
	ssize_t length;

	if (connect(fd, (struct sockaddr *)address, sizeof(*address)))
		die("connect");
	no_delay(fd);
	for (;;) {
		if (write(fd, message, size) != (ssize_t)size)
			die("write");
		for (received = 0; received < size; received += length) {
			length = read(fd, message, sizeof(message));
			if (length <= 0)
				die("read");
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc == 3 && !strcmp(argv[1], "server")) {
		address.sin_port = htons(atoi(argv[2]));
		serve(fd, &address);
	} else if (argc == 5 && !strcmp(argv[1], "client")) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		address.sin_port = htons(atoi(argv[3]));
		play(fd, &address, strtoul(argv[4], NULL, 10));
	}
	fprintf(stderr, "usage: ping_pong server PORT | client IP PORT BYTES\n");
	return 2;
}
