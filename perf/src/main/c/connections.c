// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * connections.c - short TCP connections: connect, a byte there, a byte back, reset.
 *
 *   connections server PORT
 *   connections client IP PORT CONCURRENT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64

static struct sockaddr_in address = {.sin_family = AF_INET};
static int poller;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int fd, int operation, __uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	if (epoll_ctl(poller, operation, fd, &event))
		die("epoll_ctl");
}

static void answer(int fd)
{
	char byte;
	ssize_t length = read(fd, &byte, 1);

	if (length == 1 && write(fd, &byte, 1) == 1)
		return;
	if (length < 0 && errno == EAGAIN)
		return;
	close(fd);
}

static void serve(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, peer;
	struct epoll_event events[EVENTS];

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1024))
		die("listen");
	watch(fd, EPOLL_CTL_ADD, EPOLLIN);
	for (;;) {
		int count = epoll_wait(poller, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd != fd) {
				answer(events[i].data.fd);
				continue;
			}
			while ((peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) >= 0)
				watch(peer, EPOLL_CTL_ADD, EPOLLIN);
		}
	}
}

/* Closing resets: no TIME_WAIT is left to run out of ports. */
static void open_one(void)
{
	struct linger reset = {1, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) && errno != EINPROGRESS)
		die("connect");
	watch(fd, EPOLL_CTL_ADD, EPOLLOUT);
}

static void advance(const struct epoll_event *event)
{
	int fd = event->data.fd;
	char byte = 'x';

	if (!(event->events & (EPOLLERR | EPOLLHUP)) && event->events & EPOLLOUT &&
		write(fd, &byte, 1) == 1) {
		watch(fd, EPOLL_CTL_MOD, EPOLLIN);
		return;
	}
	close(fd);
	open_one();
}

static void play(int concurrent)
{
	struct epoll_event events[EVENTS];

	for (int i = 0; i < concurrent; i++)
		open_one();
	for (;;) {
		int count = epoll_wait(poller, events, EVENTS, -1);

		for (int i = 0; i < count; i++)
			advance(&events[i]);
	}
}

int main(int argc, char **argv)
{
	poller = epoll_create1(0);
	if (argc == 3 && !strcmp(argv[1], "server")) {
		address.sin_port = htons(atoi(argv[2]));
		serve();
	} else if (argc == 5 && !strcmp(argv[1], "client")) {
		address.sin_addr.s_addr = inet_addr(argv[2]);
		address.sin_port = htons(atoi(argv[3]));
		play(atoi(argv[4]));
	}
	fprintf(stderr, "usage: connections server PORT | client IP PORT CONCURRENT\n");
	return 2;
}
