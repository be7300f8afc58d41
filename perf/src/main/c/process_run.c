// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * process_run.c - what looking up processes costs a connection.
 *
 *   process_run OBJECT CLIENT_NETNS SERVER_NETNS ADDRESS PORT ROUNDS CONNECTIONS
 *
 * Opens and closes connections from one namespace to a server in the other, with the programs away,
 * attached with no namespace guarded (a connection of the host), and with both guarded. The three
 * take turns in every round; the ring is read between them, and its reading is not in the time.
 * Each line of the answer: state nanoseconds-per-connection, both ends together.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PROGRAMS 2
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

enum state {
	AWAY,
	UNGUARDED,
	GUARDED,
	STATES,
};

static const char *const names[STATES] = {"away", "unguarded", "guarded"};
static struct bpf_link *links[PROGRAMS];
static long events;

static void check(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(1);
}

static void enter(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd >= 0 && setns(fd, CLONE_NEWNET) == 0, path);
	close(fd);
}

static unsigned long long own_cookie(void)
{
	unsigned long long cookie = 0;
	socklen_t length = sizeof(cookie);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0, "cookie");
	close(fd);
	return cookie;
}

/* Each connection is closed when the other side has closed it. */
static void serve(const struct sockaddr_in *address)
{
	int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(listener, (const struct sockaddr *)address, sizeof(*address)) == 0, "bind");
	check(listen(listener, 128) == 0, "listen");
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (read(fd, &byte, 1) < 0)
			perror("read");
		close(fd);
	}
}

/* False if nobody listens yet. */
static int connect_once(const struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int good = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
	char byte;

	shutdown(fd, SHUT_WR);
	if (good && read(fd, &byte, 1) < 0)
		perror("read");
	close(fd);
	return good;
}

static double round_ns(const struct sockaddr_in *address, int connections)
{
	struct timespec before, after;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &before);
	for (i = 0; i < connections; i++)
		check(connect_once(address), "connect");
	clock_gettime(CLOCK_MONOTONIC, &after);
	return ((after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec)) /
	       connections;
}

static int on_event(void *context, void *event, size_t length)
{
	(void)context, (void)event, (void)length;
	events++;
	return 0;
}

static void attach(struct bpf_object *object)
{
	struct bpf_program *program;
	int n = 0;

	bpf_object__for_each_program(program, object)
	{
		links[n] = bpf_program__attach(program);
		check(links[n] != NULL, bpf_program__name(program));
		n++;
	}
}

static void detach(void)
{
	int n;

	for (n = 0; n < PROGRAMS; n++)
		bpf_link__destroy(links[n]);
}

static void guard(struct bpf_object *object, const unsigned long long cookies[2], int on)
{
	int map = bpf_object__find_map_fd_by_name(object, "weir_process_netns");
	unsigned int one = 1;
	int i;

	for (i = 0; i < 2; i++)
		check((on ? bpf_map_update_elem(map, &cookies[i], &one, 0)
			  : bpf_map_delete_elem(map, &cookies[i])) == 0,
			"guard");
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	unsigned long long cookies[2];
	struct bpf_object *object;
	struct ring_buffer *ring;
	int rounds, connections, round, turn, state;

	check(argc == 8, "process_run OBJECT CLIENT SERVER ADDRESS PORT ROUNDS CONNECTIONS");
	inet_pton(AF_INET, argv[4], &address.sin_addr);
	address.sin_port = htons(atoi(argv[5]));
	rounds = atoi(argv[6]);
	connections = atoi(argv[7]);
	object = bpf_object__open_file(argv[1], NULL);
	check(object && bpf_object__load(object) == 0, argv[1]);
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "weir_process_events"),
		on_event, NULL, NULL);
	check(ring != NULL, "ring");
	enter(argv[3]);
	cookies[0] = own_cookie();
	if (fork() == 0)
		serve(&address);
	enter(argv[2]);
	cookies[1] = own_cookie();
	while (!connect_once(&address))
		sched_yield();
	for (round = 0; round < rounds; round++)
		for (turn = 0; turn < STATES; turn++) {
			state = (turn + round) % STATES; /* each is first as often as last */
			if (state != AWAY)
				attach(object);
			if (state == GUARDED)
				guard(object, cookies, 1);
			printf("%s %.1f\n", names[state], round_ns(&address, connections));
			if (state == GUARDED)
				guard(object, cookies, 0);
			if (state != AWAY)
				detach();
			ring_buffer__consume(ring);
		}
	fprintf(stderr, "%ld events\n", events);
	return 0;
}
