/*
 * traffic.c - frames and streams of datagrams between network namespaces, from one process.
 *
 * Commands on standard input, a line each; every answer is one line on standard output:
 *   pod NAME NETNS             opens its eth0, if it has one; "ok"
 *   forget NAME                closes it; "ok"
 *   frames FROM HEX... | TO... MARKER      sends the frames out of FROM's eth0, then the marker, a
 *                              frame that everybody gets: what came before it at TO's eth0 is
 *                              all that will. A line for each TO: the frames, in hex; "lost" when
 *                              the marker did not come
 *   stream FROM TO ADDRESS PORT MICROS     starts numbered datagrams, one every MICROS (0: as
 *                              fast as it goes), from FROM to a socket in TO; "ok"
 *   mark MORE                  remembers how far each stream is; "ok" when all have sent MORE
 *   stop                       ends all; for each "SENT MARKED RECEIVED RECEIVED-BEYOND-MARK"
 *
 * It stays on one CPU for frames, so that veths keep their order.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PODS_MAX      16
#define STREAMS_MAX   8
#define FRAME_MAX     2048
#define LINE_MAX_SIZE (1 << 20)
#define MARKER_MS     5000
#define DRAIN_MS      20
#define FRAMES_BYTES  (4 << 20)
#define BUFFER_BYTES  (64 << 20)

struct pod {
	char name[64];
	int netns;
	int packets; /* AF_PACKET on eth0 */
};

struct stream {
	pthread_t sender, receiver;
	struct sockaddr_in6 to;
	int out, in;
	unsigned micros;
	atomic_uint sent, marked, received, beyond;
};

static struct pod pods[PODS_MAX];
static struct stream streams[STREAMS_MAX];
static int stream_count;
static atomic_int streaming;
static cpu_set_t all_cpus;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int checked(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

static struct pod *pod_find(const char *name)
{
	for (int i = 0; i < PODS_MAX; i++)
		if (!strcmp(pods[i].name, name))
			return &pods[i];
	fprintf(stderr, "no pod %s\n", name);
	exit(1);
}

/* pod NAME NETNS */
static void command_pod(char *arguments)
{
	struct sockaddr_ll eth0 = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	struct pod *pod = pod_find("");
	int on = 1, bytes = FRAMES_BYTES;

	snprintf(pod->name, sizeof(pod->name), "%s", strtok(arguments, " "));
	pod->netns = checked(open(strtok(NULL, " "), O_RDONLY | O_CLOEXEC), "netns");
	checked(setns(pod->netns, CLONE_NEWNET), "setns");
	pod->packets = checked(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), "AF_PACKET");
	checked(setsockopt(pod->packets, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)),
		"PACKET_IGNORE_OUTGOING");
	setsockopt(pod->packets, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	eth0.sll_ifindex = (int)if_nametoindex("eth0");
	/* Without eth0 only streams are possible: bound to no protocol it hears nothing. */
	if (!eth0.sll_ifindex)
		eth0.sll_protocol = 0;
	checked(bind(pod->packets, (struct sockaddr *)&eth0, sizeof(eth0)), "bind to eth0");
	puts("ok");
}

static void command_forget(char *arguments)
{
	struct pod *pod = pod_find(strtok(arguments, " "));

	close(pod->packets);
	close(pod->netns);
	pod->name[0] = 0;
	puts("ok");
}

static size_t from_hex(const char *text, uint8_t *out)
{
	size_t size = strlen(text) / 2;

	if (size > FRAME_MAX) {
		fprintf(stderr, "a frame of %zu bytes\n", size);
		exit(1);
	}
	for (size_t i = 0; i < size; i++) {
		unsigned byte;

		sscanf(text + 2 * i, "%2x", &byte);
		out[i] = (uint8_t)byte;
	}
	return size;
}

static void send_frame(const struct pod *from, const char *hex)
{
	uint8_t frame[FRAME_MAX];
	size_t size = from_hex(hex, frame);

	checked((int)send(from->packets, frame, size, 0), "send a frame");
}

/* Prints what came until the marker. */
static void print_heard(const struct pod *to, const char *marker_hex)
{
	uint8_t frame[FRAME_MAX], marker[FRAME_MAX];
	size_t marker_size = from_hex(marker_hex, marker);
	struct pollfd readable = {.fd = to->packets, .events = POLLIN};

	for (;;) {
		ssize_t size = recv(to->packets, frame, sizeof(frame), 0);

		if (size < 0 && poll(&readable, 1, MARKER_MS) <= 0) {
			puts("lost");
			return;
		}
		if (size >= (ssize_t)marker_size && !memcmp(frame, marker, marker_size))
			break;
		for (ssize_t i = 0; i < size; i++)
			printf("%02x", frame[i]);
		if (size > 0)
			putchar(' ');
	}
	putchar('\n');
}

static void drain(int packets)
{
	uint8_t frame[FRAME_MAX];

	while (recv(packets, frame, sizeof(frame), 0) >= 0)
		;
}

/* frames FROM HEX... | TO... MARKER */
static void command_frames(char *arguments)
{
	const struct pod *from = pod_find(strtok(arguments, " "));
	const struct pod *to[PODS_MAX];
	const char *word;
	cpu_set_t one;
	int count = 0;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (int i = 0; i < PODS_MAX; i++)
		if (pods[i].name[0])
			drain(pods[i].packets);
	while (strcmp(word = strtok(NULL, " "), "|"))
		send_frame(from, word);
	/* The last word is the marker, the others are pods. */
	for (word = strtok(NULL, " "); word;) {
		const char *next = strtok(NULL, " ");

		if (next)
			to[count++] = pod_find(word);
		else
			break;
		word = next;
	}
	send_frame(from, word);
	for (int i = 0; i < count; i++)
		print_heard(to[i], word);
	sched_setaffinity(0, sizeof(all_cpus), &all_cpus);
}

static void *run_sender(void *argument)
{
	struct stream *stream = argument;
	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	while (streaming) {
		uint32_t number = ++stream->sent;

		sendto(stream->out, &number, sizeof(number), 0, (struct sockaddr *)&stream->to,
			sizeof(stream->to));
		if (!stream->micros)
			continue;
		next.tv_nsec += stream->micros * 1000L;
		if (next.tv_nsec >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return NULL;
}

/* Ends when nothing came for DRAIN_MS after the senders ended. */
static void *run_receiver(void *argument)
{
	struct stream *stream = argument;
	struct pollfd readable = {.fd = stream->in, .events = POLLIN};
	uint32_t number;

	for (;;) {
		int more = streaming;
		int ready = poll(&readable, 1, DRAIN_MS);

		if (ready <= 0 && !more)
			return NULL;
		while (recv(stream->in, &number, sizeof(number), MSG_DONTWAIT) == sizeof(number)) {
			stream->received++;
			if (stream->marked && number > stream->marked)
				stream->beyond++;
		}
	}
}

static int datagram_socket(const struct pod *pod, unsigned short port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int bytes = BUFFER_BYTES, on = 1, fd;

	checked(setns(pod->netns, CLONE_NEWNET), "setns");
	fd = checked(socket(AF_INET6, SOCK_DGRAM, 0), "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	checked(bind(fd, (struct sockaddr *)&any, sizeof(any)), "bind");
	return fd;
}

/* stream FROM TO ADDRESS PORT MICROS */
static void command_stream(char *arguments)
{
	struct stream *stream = &streams[stream_count++];
	const struct pod *from = pod_find(strtok(arguments, " "));
	const struct pod *to = pod_find(strtok(NULL, " "));
	const char *address = strtok(NULL, " ");
	unsigned short port = (unsigned short)atoi(strtok(NULL, " "));
	char mapped[64];

	memset(stream, 0, sizeof(*stream));
	stream->micros = (unsigned)atoi(strtok(NULL, " "));
	stream->to.sin6_family = AF_INET6;
	stream->to.sin6_port = htons(port);
	snprintf(mapped, sizeof(mapped), strchr(address, ':') ? "%s" : "::ffff:%s", address);
	if (inet_pton(AF_INET6, mapped, &stream->to.sin6_addr) != 1)
		die(address);
	stream->out = datagram_socket(from, 0);
	stream->in = datagram_socket(to, port);
	streaming = 1;
	errno = pthread_create(&stream->receiver, NULL, run_receiver, stream);
	checked(-errno, "pthread_create");
	errno = pthread_create(&stream->sender, NULL, run_sender, stream);
	checked(-errno, "pthread_create");
	puts("ok");
}

/* mark MORE */
static void command_mark(const char *arguments)
{
	unsigned more = (unsigned)atoi(arguments);

	for (int i = 0; i < stream_count; i++)
		streams[i].marked = streams[i].sent;
	for (int i = 0; i < stream_count; i++)
		while (streams[i].sent - streams[i].marked < more)
			usleep(200);
	puts("ok");
}

static void command_stop(void)
{
	streaming = 0;
	for (int i = 0; i < stream_count; i++) {
		struct stream *stream = &streams[i];

		pthread_join(stream->sender, NULL);
		pthread_join(stream->receiver, NULL);
		close(stream->out);
		close(stream->in);
		printf("%u %u %u %u ", stream->sent, stream->marked, stream->received,
			stream->beyond);
	}
	stream_count = 0;
	putchar('\n');
}

int main(void)
{
	static char line[LINE_MAX_SIZE];

	sched_getaffinity(0, sizeof(all_cpus), &all_cpus);
	while (fgets(line, sizeof(line), stdin)) {
		char *arguments;

		line[strcspn(line, "\n")] = 0;
		arguments = strchr(line, ' ');
		*(arguments ? arguments++ : line + strlen(line)) = 0;
		if (!strcmp(line, "pod"))
			command_pod(arguments);
		else if (!strcmp(line, "forget"))
			command_forget(arguments);
		else if (!strcmp(line, "frames"))
			command_frames(arguments);
		else if (!strcmp(line, "stream"))
			command_stream(arguments);
		else if (!strcmp(line, "mark"))
			command_mark(arguments);
		else if (!strcmp(line, "stop"))
			command_stop();
		fflush(stdout);
	}
	return 0;
}
