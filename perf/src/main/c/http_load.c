// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * http_load.c - HTTP/1.1 requests, one at a time, and how long each took.
 *
 *   http_load server PORT
 *   http_load client IP PORT keep|each MILLISECONDS
 *
 * keep: all over one connection; each: a connection for each, whose opening counts. The client
 * prints requests p50 p99 the latter two in nanoseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BODY          1024
#define REQUESTS_MOST 1000000

static const char request[] =
	"GET /index.html HTTP/1.1\r\nHost: web.test\r\nUser-Agent: http_load\r\n"
	"Accept: */*\r\n\r\n";
static char response[BODY + 256];
static struct sockaddr_in address = {.sin_family = AF_INET};

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

static size_t make_response(void)
{
	int head = sprintf(response,
		"HTTP/1.1 200 OK\r\nServer: http_load\r\nContent-Type: text/plain\r\n"
		"Content-Length: %d\r\n\r\n",
		BODY);

	memset(response + head, 'x', BODY);
	return head + BODY;
}

/* Answers each request of one connection; a request is small, and comes in one piece. */
static void answer(int fd, size_t length)
{
	char asked[4096];
	ssize_t size;

	no_delay(fd);
	while ((size = read(fd, asked, sizeof(asked))) > 0) {
		if (!memmem(asked, size, "\r\n\r\n", 4) ||
			write(fd, response, length) != (ssize_t)length)
			break;
	}
	close(fd);
}

static void serve(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, peer;
	size_t length = make_response();

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 64))
		die("listen");
	for (;;) {
		peer = accept(fd, NULL, NULL);
		if (peer >= 0)
			answer(peer, length);
	}
}

static int open_one(void)
{
	/* Closing resets, so that no TIME_WAIT is left to run out of ports. */
	struct linger reset = {1, 0};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die("connect");
	no_delay(fd);
	return fd;
}

static void ask(int fd, size_t length)
{
	char got[sizeof(response)];
	size_t received = 0;
	ssize_t size;

	if (write(fd, request, sizeof(request) - 1) != sizeof(request) - 1)
		die("write");
	while (received < length) {
		size = read(fd, got, sizeof(got));
		if (size <= 0)
			die("read");
		received += size;
	}
}

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static void play(bool keep, long nanos)
{
	long *took = calloc(REQUESTS_MOST, sizeof(*took)), end = now() + nanos, start;
	size_t length = make_response();
	int fd = keep ? open_one() : -1, count = 0;

	if (!took)
		die("memory");
	while ((start = now()) < end && count < REQUESTS_MOST) {
		if (!keep)
			fd = open_one();
		ask(fd, length);
		took[count++] = now() - start;
		if (!keep)
			close(fd);
	}
	if (!count) {
		fprintf(stderr, "no request in that time\n");
		exit(1);
	}
	qsort(took, count, sizeof(*took), ascending);
	printf("%d %ld %ld\n", count, took[count / 2], took[count * 99L / 100]);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "server")) {
		address.sin_port = htons(atoi(argv[2]));
		serve();
	} else if (argc == 6 && !strcmp(argv[1], "client")) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		address.sin_port = htons(atoi(argv[3]));
		play(!strcmp(argv[4], "keep"), atol(argv[5]) * 1000000L);
		return 0;
	}
	fprintf(stderr, "usage: http_load server PORT | client IP PORT keep|each MILLISECONDS\n");
	return 2;
}
