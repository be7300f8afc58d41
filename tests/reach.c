/*
 * reach.c - answers and asks in many network namespaces from one process: who reaches whom?
 *
 * Commands on standard input, a line each; every answer is one line on standard output:
 *   pod NAME NETNS PORT...        serves TCP, UDP, SCTP and ICMP echo in it; "ok"
 *   forget NAME                   closes what is open in it; "ok"
 *   ask NAME PROTOCOL ADDRESS PORT +|-    one question of the next round; + when yes is expected
 *   go DENIED_MS ALLOWED_MS       sends all questions at once; an answer has a character for each:
 *                                 '.' answered, 'R' refused by the other end, 'X' silence
 *
 * A round lasts until every question with + is answered (at most ALLOWED_MS), and at least
 * DENIED_MS, during which those with - must stay silent. SCTP is a raw INIT that is answered by an
 * INIT ACK: no kernel module is needed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PODS_MAX      32
#define PORTS_MAX     8
#define QUESTIONS_MAX 8192
#define ACCEPTED_MAX  8192
#define SCTP_PORT     20000 /* of the first question; it knows its answer by it */
#define SCTP_INIT     1
#define SCTP_INIT_ACK 2

enum kind { LISTENER, DATAGRAMS, ASKER, SCTP_4, SCTP_6, ICMP_4, ICMP_6, KINDS };
enum protocol { TCP, UDP, SCTP, ICMP };

struct pod {
	char name[64];
	int netns;
	int ports;
	unsigned short port[PORTS_MAX];
	int fd[KINDS][PORTS_MAX];
};

struct question {
	struct pod *pod;
	enum protocol protocol;
	struct sockaddr_in6 to;
	char expected;
	char seen;
	int fd;
};

/* What an epoll event belongs to: kind and pod, or a question's socket. */
#define OF_POD(pod, kind, fd) ((uint64_t)(pod) << 48 | (uint64_t)(kind) << 32 | (uint32_t)(fd))
#define OF_QUESTION(index)    (UINT64_C(1) << 63 | (index))

struct sctp_packet {
	uint16_t source;
	uint16_t destination;
	uint32_t tag;
	uint32_t checksum;
	uint8_t type;
	uint8_t flags;
	uint16_t length;
	uint32_t initiate_tag;
	uint32_t window;
	uint16_t outbound;
	uint16_t inbound;
	uint32_t tsn;
} __attribute__((packed));

struct ask_payload {
	uint32_t round;
	uint32_t index;
};

static struct pod pods[PODS_MAX];
static struct question questions[QUESTIONS_MAX];
static int accepted[ACCEPTED_MAX];
static unsigned question_count, accepted_count;
static uint32_t round_number;
static int epoll_fd;

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

static long long now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* CRC32c as SCTP wants it, bit by bit: a packet has 32 bytes. */
static uint32_t crc32c(const void *data, size_t size)
{
	const uint8_t *byte = data;
	uint32_t crc = ~0U;

	while (size--) {
		crc ^= *byte++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void watch(int fd, uint32_t events, uint64_t owner)
{
	struct epoll_event event = {.events = events, .data.u64 = owner};

	checked(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static int bound(int type, unsigned short port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = checked(socket(AF_INET6, type | SOCK_NONBLOCK, 0), "socket");
	int on = 1;

	checked(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "SO_REUSEADDR");
	checked(bind(fd, (struct sockaddr *)&any, sizeof(any)), "bind");
	return fd;
}

static void keep(struct pod *pod, enum kind kind, int slot, int fd)
{
	pod->fd[kind][slot] = fd;
	watch(fd, EPOLLIN, OF_POD(pod - pods, kind, fd));
}

static int raw(int family, int protocol)
{
	return checked(socket(family, SOCK_RAW | SOCK_NONBLOCK, protocol), "raw socket");
}

static void pod_open(struct pod *pod)
{
	for (int i = 0; i < pod->ports; i++) {
		keep(pod, LISTENER, i, bound(SOCK_STREAM, pod->port[i]));
		checked(listen(pod->fd[LISTENER][i], 4096), "listen");
		keep(pod, DATAGRAMS, i, bound(SOCK_DGRAM, pod->port[i]));
	}
	keep(pod, ASKER, 0, bound(SOCK_DGRAM, 0));
	keep(pod, SCTP_4, 0, raw(AF_INET, IPPROTO_SCTP));
	keep(pod, SCTP_6, 0, raw(AF_INET6, IPPROTO_SCTP));
	keep(pod, ICMP_4, 0, raw(AF_INET, IPPROTO_ICMP));
	keep(pod, ICMP_6, 0, raw(AF_INET6, IPPROTO_ICMPV6));
}

static struct pod *pod_find(const char *name)
{
	for (int i = 0; i < PODS_MAX; i++)
		if (!strcmp(pods[i].name, name))
			return &pods[i];
	fprintf(stderr, "no pod %s\n", name);
	exit(1);
}

/* pod NAME NETNS PORT... */
static void command_pod(char *arguments)
{
	struct pod *pod = pod_find("");
	const char *word = strtok(arguments, " ");

	memset(pod, 0, sizeof(*pod));
	memset(pod->fd, -1, sizeof(pod->fd));
	snprintf(pod->name, sizeof(pod->name), "%s", word);
	pod->netns = checked(open(strtok(NULL, " "), O_RDONLY | O_CLOEXEC), "netns");
	while ((word = strtok(NULL, " ")) && pod->ports < PORTS_MAX)
		pod->port[pod->ports++] = (unsigned short)atoi(word);
	checked(setns(pod->netns, CLONE_NEWNET), "setns");
	pod_open(pod);
	puts("ok");
}

static void command_forget(char *arguments)
{
	struct pod *pod = pod_find(strtok(arguments, " "));

	for (int kind = 0; kind < KINDS; kind++)
		for (int i = 0; i < PORTS_MAX; i++)
			if (pod->fd[kind][i] >= 0)
				close(pod->fd[kind][i]);
	close(pod->netns);
	pod->name[0] = 0;
	puts("ok");
}

/* An IPv4 address becomes a mapped one, which makes IPv4 packets. */
static void parse_address(const char *text, unsigned short port, struct sockaddr_in6 *out)
{
	char mapped[64];

	snprintf(mapped, sizeof(mapped), strchr(text, ':') ? "%s" : "::ffff:%s", text);
	memset(out, 0, sizeof(*out));
	out->sin6_family = AF_INET6;
	out->sin6_port = htons(port);
	if (inet_pton(AF_INET6, mapped, &out->sin6_addr) != 1) {
		fprintf(stderr, "no address: %s\n", text);
		exit(1);
	}
}

/* ask NAME PROTOCOL ADDRESS PORT +|- */
static void command_ask(char *arguments)
{
	static const char *const names[] = {"TCP", "UDP", "SCTP", "ICMP"};
	struct question *question = &questions[question_count];
	const char *protocol, *address, *port;

	if (question_count == QUESTIONS_MAX) {
		fprintf(stderr, "more than %d questions\n", QUESTIONS_MAX);
		exit(1);
	}
	question_count++;
	question->pod = pod_find(strtok(arguments, " "));
	protocol = strtok(NULL, " ");
	address = strtok(NULL, " ");
	port = strtok(NULL, " ");
	question->expected = *strtok(NULL, " ");
	question->seen = 'X';
	question->fd = -1;
	for (int i = 0; i < 4; i++)
		if (!strcmp(names[i], protocol))
			question->protocol = (enum protocol)i;
	parse_address(address, (unsigned short)atoi(port), &question->to);
}

static void send_to(int fd, const void *data, size_t size, const struct sockaddr_in6 *to)
{
	struct sockaddr_in to4 = {.sin_family = AF_INET};
	struct sockaddr_in6 to6 = *to;

	to6.sin6_port = 0; /* of a raw socket this is the protocol */
	if (IN6_IS_ADDR_V4MAPPED(&to->sin6_addr)) {
		memcpy(&to4.sin_addr, &to->sin6_addr.s6_addr[12], 4);
		sendto(fd, data, size, 0, (struct sockaddr *)&to4, sizeof(to4));
	} else {
		sendto(fd, data, size, 0, (struct sockaddr *)&to6, sizeof(to6));
	}
}

static void send_sctp(int fd, uint8_t type, uint16_t source, uint16_t destination, uint32_t tag,
	const struct sockaddr_in6 *to)
{
	struct sctp_packet packet = {.source = source,
		.destination = destination,
		.tag = type == SCTP_INIT ? 0 : tag,
		.type = type,
		.length = htons(20),
		.initiate_tag = tag,
		.window = htonl(65536),
		.outbound = htons(1),
		.inbound = htons(1),
		.tsn = htonl(1)};

	packet.checksum = crc32c(&packet, sizeof(packet)); /* little endian as both our machines */
	send_to(fd, &packet, sizeof(packet), to);
}

static void ask_tcp(struct question *question, unsigned index)
{
	question->fd = checked(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), "TCP socket");
	if (connect(question->fd, (struct sockaddr *)&question->to, sizeof(question->to)) < 0 &&
		errno != EINPROGRESS) {
		close(question->fd);
		question->fd = -1;
		return;
	}
	watch(question->fd, EPOLLOUT, OF_QUESTION(index));
}

static void ask_icmp(const struct question *question, unsigned index)
{
	int six = !IN6_IS_ADDR_V4MAPPED(&question->to.sin6_addr);
	struct icmphdr echo = {.type = six ? ICMP6_ECHO_REQUEST : ICMP_ECHO};
	uint32_t sum;

	echo.un.echo.id = htons((uint16_t)index);
	echo.un.echo.sequence = htons((uint16_t)round_number);
	/* The kernel makes the checksum of ICMPv6. */
	sum = (uint32_t)htons((uint16_t)(echo.type << 8)) + echo.un.echo.id + echo.un.echo.sequence;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	echo.checksum = (uint16_t)~sum;
	send_to(question->pod->fd[six ? ICMP_6 : ICMP_4][0], &echo, sizeof(echo), &question->to);
}

static void ask(unsigned index)
{
	struct question *question = &questions[index];
	struct ask_payload payload = {round_number, index};
	int six = !IN6_IS_ADDR_V4MAPPED(&question->to.sin6_addr);

	switch (question->protocol) {
	case TCP:
		ask_tcp(question, index);
		break;
	case UDP:
		sendto(question->pod->fd[ASKER][0], &payload, sizeof(payload), 0,
			(struct sockaddr *)&question->to, sizeof(question->to));
		break;
	case SCTP:
		send_sctp(question->pod->fd[six ? SCTP_6 : SCTP_4][0], SCTP_INIT,
			htons((uint16_t)(SCTP_PORT + index)), question->to.sin6_port, round_number,
			&question->to);
		break;
	case ICMP:
		ask_icmp(question, index);
		break;
	}
}

static void answered(uint32_t round, uint32_t index)
{
	if (round == round_number && index < question_count)
		questions[index].seen = '.';
}

static void on_sctp(const struct pod *pod, int fd, const uint8_t *data, ssize_t size,
	const struct sockaddr_in6 *from)
{
	struct sctp_packet packet;

	if (size < (ssize_t)sizeof(packet))
		return;
	memcpy(&packet, data, sizeof(packet));
	if (packet.type == SCTP_INIT_ACK)
		answered(packet.tag, ntohs(packet.destination) - (uint32_t)SCTP_PORT);
	for (int i = 0; packet.type == SCTP_INIT && i < pod->ports; i++)
		if (packet.destination == htons(pod->port[i]))
			send_sctp(fd, SCTP_INIT_ACK, packet.destination, packet.source,
				packet.initiate_tag, from);
}

static void on_icmp(const uint8_t *data, ssize_t size, int six)
{
	struct icmphdr echo;

	if (size < (ssize_t)sizeof(echo))
		return;
	memcpy(&echo, data, sizeof(echo));
	if (echo.type == (six ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) &&
		ntohs(echo.un.echo.sequence) == (uint16_t)round_number)
		answered(round_number, ntohs(echo.un.echo.id));
}

static void on_raw(const struct pod *pod, enum kind kind, int fd)
{
	struct sockaddr_in6 from = {.sin6_family = AF_INET6};
	socklen_t from_size = sizeof(from);
	uint8_t data[2048];
	ssize_t size;

	while ((size = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &from_size)) >=
		0) {
		ssize_t header = 0;

		if (kind == SCTP_4 || kind == ICMP_4) {
			uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff};

			header = (data[0] & 15) * 4; /* a raw IPv4 socket gives the header too */
			memcpy(mapped + 12, data + 12, 4);
			memcpy(&from.sin6_addr, mapped, 16);
		}
		if (kind == SCTP_4 || kind == SCTP_6)
			on_sctp(pod, fd, data + header, size - header, &from);
		else
			on_icmp(data + header, size - header, kind == ICMP_6);
		from_size = sizeof(from);
	}
}

static void on_datagrams(int fd, enum kind kind)
{
	struct sockaddr_in6 from;
	socklen_t from_size = sizeof(from);
	struct ask_payload payload;
	ssize_t size;

	while ((size = recvfrom(fd, &payload, sizeof(payload), 0, (struct sockaddr *)&from,
			&from_size)) >= 0 ||
		errno == ECONNREFUSED) {
		if (size == sizeof(payload) && kind == ASKER)
			answered(payload.round, payload.index);
		else if (size > 0)
			sendto(fd, &payload, (size_t)size, 0, (struct sockaddr *)&from, from_size);
		from_size = sizeof(from);
	}
}

static void on_question(struct question *question)
{
	int error = 0;
	socklen_t size = sizeof(error);

	getsockopt(question->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	question->seen = error == ECONNREFUSED ? 'R' : error ? 'X' : '.';
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, question->fd, NULL);
}

static void on_event(const struct epoll_event *event)
{
	struct pod *pod;
	enum kind kind;
	int fd, client;

	if (event->data.u64 >> 63) {
		on_question(&questions[(uint32_t)event->data.u64]);
		return;
	}
	pod = &pods[event->data.u64 >> 48];
	kind = (enum kind)(event->data.u64 >> 32 & 0xffff);
	fd = (int)(uint32_t)event->data.u64;
	if (kind == LISTENER) {
		while ((client = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
			if (accepted_count == ACCEPTED_MAX)
				close(client);
			else
				accepted[accepted_count++] = client;
		}
	} else if (kind == DATAGRAMS || kind == ASKER) {
		on_datagrams(fd, kind);
	} else {
		on_raw(pod, kind, fd);
	}
}

static int satisfied(void)
{
	for (unsigned i = 0; i < question_count; i++)
		if (questions[i].expected == '+' && questions[i].seen == 'X')
			return 0;
	return 1;
}

/* Reset, not closed: nothing of a round lingers in the next. */
static void reset(int fd)
{
	struct linger now = {.l_onoff = 1};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void end_round(void)
{
	for (unsigned i = 0; i < question_count; i++) {
		putchar(questions[i].seen);
		if (questions[i].fd >= 0)
			reset(questions[i].fd);
	}
	while (accepted_count)
		reset(accepted[--accepted_count]);
	question_count = 0;
	putchar('\n');
}

/* go DENIED_MS ALLOWED_MS */
static void command_go(char *arguments)
{
	struct epoll_event events[256];
	const struct pod *in = NULL;
	long long start, denied, allowed;
	int count, quiet = 0;

	round_number++;
	denied = atoi(strtok(arguments, " "));
	allowed = atoi(strtok(NULL, " "));
	for (unsigned i = 0; i < question_count; i++) {
		if (questions[i].pod != in) {
			in = questions[i].pod;
			checked(setns(in->netns, CLONE_NEWNET), "setns");
		}
		ask(i);
	}
	for (start = now_ms(); !quiet;) {
		long long spent;

		count = epoll_wait(epoll_fd, events, 256, 10);
		for (int i = 0; i < count; i++)
			on_event(&events[i]);
		spent = now_ms() - start;
		quiet = count <= 0 && (spent >= allowed || (spent >= denied && satisfied()));
	}
	end_round();
}

int main(void)
{
	static char line[512];

	epoll_fd = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
	while (fgets(line, sizeof(line), stdin)) {
		char *arguments;

		line[strcspn(line, "\n")] = 0;
		arguments = strchr(line, ' ');
		*(arguments ? arguments++ : line + strlen(line)) = 0;
		if (!strcmp(line, "pod"))
			command_pod(arguments);
		else if (!strcmp(line, "forget"))
			command_forget(arguments);
		else if (!strcmp(line, "ask"))
			command_ask(arguments);
		else if (!strcmp(line, "go"))
			command_go(arguments);
		fflush(stdout);
	}
	return 0;
}
