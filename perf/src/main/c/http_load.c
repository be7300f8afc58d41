// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * http_load.c - HTTP/1.1 requests, one after the other, and how long each takes.
 *
 *   http_load server PORT                     answers each request with 1,024 bytes
 *   http_load keep IP PORT SECONDS            all requests on one connection
 *   http_load new IP PORT SECONDS             a connection for each, closed in order
 *
 * A client prints requests, then the median and the 99th percentile in ns, from before connect() or
 * write() to the last byte of the answer (new: to the end of the connection).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BODY            1024
#define CONNECTIONS     64
#define SAMPLES_MOST    (4 << 20)
#define WARM_UP_SECONDS 0.05

static struct sockaddr_in address = {.sin_family = AF_INET};
static char answer[BODY + 256];
static size_t answer_length;
static unsigned int samples[SAMPLES_MOST];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long nanos(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static void make_answer(void)
{
	answer_length = snprintf(answer, sizeof(answer),
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", BODY);
	memset(answer + answer_length, 'w', BODY);
	answer_length += BODY;
}

/* False when the connection is over. A request comes whole: the client writes it at once. */
static bool serve_one(int fd)
{
	char request[512];
	ssize_t length = read(fd, request, sizeof(request) - 1);

	if (length <= 0)
		return false;
	request[length] = 0;
	if (!strstr(request, "\r\n\r\n") || write(fd, answer, answer_length) < 0)
		return false;
	return !strstr(request, "Connection: close");
}

static void serve(void)
{
	struct pollfd fds[CONNECTIONS];
	int count = 1, on = 1;

	fds[0] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
	setsockopt(fds[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fds[0].fd, (struct sockaddr *)&address, sizeof(address)) ||
		listen(fds[0].fd, 1024))
		die("listen");
	for (;;) {
		if (poll(fds, count, -1) < 0)
			die("poll");
		for (int i = count - 1; i > 0; i--) {
			if (fds[i].revents && !serve_one(fds[i].fd)) {
				close(fds[i].fd);
				fds[i] = fds[--count];
			}
		}
		if (fds[0].revents && count < CONNECTIONS) {
			int fd = accept(fds[0].fd, 0, 0);

			if (fd >= 0)
				fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
		}
	}
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void ask(int fd, const char *request, bool to_end)
{
	char buffer[BODY + 256];
	size_t got = 0;

	if (write(fd, request, strlen(request)) < 0)
		die("write");
	while (to_end || got < answer_length) {
		ssize_t length = read(fd, buffer, sizeof(buffer));

		if (length < 0)
			die("read");
		if (length == 0)
			break;
		got += length;
	}
	if (got != answer_length) {
		fprintf(stderr, "http_load: answer of %zu bytes (expected: %zu)\n", got,
			answer_length);
		exit(1);
	}
}

static int ascending(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

static void measure(bool keep, double seconds)
{
	const char *request =
		keep ? "GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n"
		     : "GET / HTTP/1.1\r\nHost: weir.test\r\nConnection: close\r\n\r\n";
	unsigned long first = nanos(), warm = first + WARM_UP_SECONDS * 1e9, now = first;
	unsigned long end = warm + seconds * 1e9;
	int fd = keep ? dial() : -1;
	size_t count = 0;

	while (now < end && count < SAMPLES_MOST) {
		unsigned long began = nanos();

		if (!keep)
			fd = dial();
		ask(fd, request, !keep);
		if (!keep)
			close(fd);
		now = nanos();
		if (began >= warm)
			samples[count++] = now - began;
	}
	if (!count) {
		fprintf(stderr, "http_load: no request within %g s\n", seconds);
		exit(1);
	}
	qsort(samples, count, sizeof(samples[0]), ascending);
	printf("%zu %u %u\n", count, samples[count / 2], samples[count * 99 / 100]);
}

int main(int argc, char **argv)
{
	make_answer();
	if (argc == 3 && !strcmp(argv[1], "server")) {
		address.sin_port = htons(atoi(argv[2]));
		serve();
	}
	if (argc == 5 && (!strcmp(argv[1], "keep") || !strcmp(argv[1], "new"))) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		address.sin_port = htons(atoi(argv[3]));
		measure(!strcmp(argv[1], "keep"), atof(argv[4]));
		return 0;
	}
	fprintf(stderr, "usage: http_load server PORT | keep IP PORT SECONDS |"
			" new IP PORT SECONDS\n");
	return 2;
}
