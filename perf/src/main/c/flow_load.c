// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * flow_load.c - many UDP flows out of many containers, a packet of each in turn, at a given rate.
 *
 *   flow_load FLOWS FIRST PORT RATE SECONDS CPU[,CPU...] NETNS...
 *
 * Flows FIRST to FIRST + FLOWS - 1 of each container, told apart by source port and, beyond 60,000,
 * by destination port (PORT and what follows). They are sent in order, again from the first on when
 * all had their turn, until SECONDS are over; SECONDS 0 sends each once. RATE is packets a second
 * altogether. A flow is always sent by the same CPU. The frames are put on eth0 by AF_PACKET inside
 * of the container's namespace, to a station that is not there: what is behind Weir drops them.
 * Prints a line for each container: packets that its interface took, packets that it refused.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH      32
#define CPUS_MOST  16
#define FIRST_PORT 2000
#define PORTS      60000

struct frame {
	struct ether_header ether;
	struct iphdr ip;
	struct udphdr udp;
	char payload[18];
} __attribute__((packed));

struct container {
	int fd;
	struct frame frame;
	unsigned long sent[CPUS_MOST];
	unsigned long refused[CPUS_MOST];
};

static struct container *containers;
static long container_count, flows, first_flow, port, senders;
static double rate, duration, start;
static int cpus[CPUS_MOST];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned short header_sum(struct iphdr ip)
{
	unsigned short words[sizeof(ip) / 2];
	unsigned int sum = 0;

	memcpy(words, &ip, sizeof(ip));
	for (size_t i = 0; i < sizeof(ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void make_frame(struct frame *f, const unsigned char *mac, struct in_addr source)
{
	*f = (struct frame){
		.ether = {.ether_dhost = {2, 0, 0, 0, 0xff, 0xfe},
			.ether_type = htons(ETHERTYPE_IP)},
		.ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP},
		.udp = {.len = htons(sizeof(f->udp) + sizeof(f->payload))},
		.payload = "weir",
	};
	memcpy(f->ether.ether_shost, mac, ETH_ALEN);
	f->ip.tot_len = htons(sizeof(*f) - sizeof(f->ether));
	f->ip.saddr = source.s_addr;
	f->ip.daddr = inet_addr("192.0.2.1");
	f->ip.check = header_sum(f->ip);
}

/* A socket belongs to the namespace in which it was made. */
static void open_container(struct container *c, const char *netns)
{
	struct sockaddr_ll place = {.sll_family = AF_PACKET};
	struct ifreq request = {.ifr_name = "eth0"};
	int fd = open(netns, O_RDONLY | O_CLOEXEC), query, bypass = 1;
	unsigned char mac[ETH_ALEN];

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(netns);
	close(fd);
	query = socket(AF_INET, SOCK_DGRAM, 0);
	if (query < 0 || ioctl(query, SIOCGIFHWADDR, &request))
		die("eth0");
	memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	if (ioctl(query, SIOCGIFADDR, &request))
		die("address of eth0");
	make_frame(&c->frame, mac, ((struct sockaddr_in *)&request.ifr_addr)->sin_addr);
	close(query);
	place.sll_ifindex = if_nametoindex("eth0");
	c->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&place, sizeof(place)))
		die("AF_PACKET");
	if (setsockopt(c->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)))
		die("PACKET_QDISC_BYPASS");
}

/* Frames of flows from on; what the interface refuses is not tried again, but told. */
static void send_batch(struct container *c, long sender, long from, int count)
{
	static __thread struct frame frames[BATCH];
	static __thread struct iovec parts[BATCH];
	static __thread struct mmsghdr messages[BATCH];
	int done = 0;

	for (int i = 0; i < count; i++) {
		long flow = first_flow + from + i;

		frames[i] = c->frame;
		frames[i].udp.source = htons(FIRST_PORT + flow % PORTS);
		frames[i].udp.dest = htons(port + flow / PORTS);
		parts[i] = (struct iovec){&frames[i], sizeof(frames[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	while (done < count) {
		int sent = sendmmsg(c->fd, messages + done, count - done, 0);

		if (sent > 0) {
			c->sent[sender] += sent;
			done += sent;
		} else if (errno == ENOBUFS) {
			c->refused[sender]++;
			done++;
		} else if (errno != EINTR) {
			die("sendmmsg");
		}
	}
}

/* Batches of all containers in turn; each sender has every so many'th batch of flows. */
static void *run(void *argument)
{
	long sender = (long)argument, sent = 0;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpus[sender], &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("sched_setaffinity");
	do {
		for (long from = sender * BATCH; from < flows; from += senders * BATCH) {
			int count = flows - from < BATCH ? flows - from : BATCH;

			for (long i = 0; i < container_count; i++, sent += count) {
				while (sent > (seconds() - start) * rate / senders)
					usleep(200);
				if (duration && seconds() - start >= duration)
					return 0;
				send_batch(&containers[i], sender, from, count);
			}
		}
	} while (duration);
	return 0;
}

static void read_cpus(char *list)
{
	for (char *each = strtok(list, ","); each; each = strtok(0, ",")) {
		if (senders == CPUS_MOST) {
			fprintf(stderr, "flow_load: more than %d CPUs\n", CPUS_MOST);
			exit(2);
		}
		cpus[senders++] = atoi(each);
	}
}

int main(int argc, char **argv)
{
	pthread_t threads[CPUS_MOST];

	if (argc < 8) {
		fprintf(stderr,
			"usage: flow_load FLOWS FIRST PORT RATE SECONDS CPU[,CPU...] NETNS...\n");
		return 2;
	}
	flows = atol(argv[1]);
	first_flow = atol(argv[2]);
	port = atol(argv[3]);
	rate = atof(argv[4]);
	duration = atof(argv[5]);
	read_cpus(argv[6]);
	container_count = argc - 7;
	containers = calloc(container_count, sizeof(*containers));
	for (long i = 0; i < container_count; i++)
		open_container(&containers[i], argv[7 + i]);
	start = seconds();
	for (long i = 0; i < senders; i++)
		if (pthread_create(&threads[i], 0, run, (void *)i))
			die("pthread_create");
	for (long i = 0; i < senders; i++)
		pthread_join(threads[i], 0);
	fprintf(stderr, "%.3f\n", seconds() - start);
	for (long i = 0; i < container_count; i++) {
		unsigned long sent = 0, refused = 0;

		for (long j = 0; j < senders; j++) {
			sent += containers[i].sent[j];
			refused += containers[i].refused[j];
		}
		printf("%lu %lu\n", sent, refused);
	}
	return 0;
}
