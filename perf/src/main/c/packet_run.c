// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * packet_run.c - nanoseconds a packet costs above an empty program, by BPF_PROG_TEST_RUN.
 *
 *   packet_run OBJECTS ROUNDS REPEAT
 *
 * OBJECTS is a folder with weir_tc.bpf.o, packets.bpf.o and designs.bpf.o. Each line of the answer:
 *   case flows program ns
 * Programs take turns in every round, each beside a run of the empty one, whose time is taken off.
 * Nothing is pinned: all is gone when the process is.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/btf.h>

#include "abi.h"

#define PACKET_LENGTH 66
#define TCP           6
#define UDP           17
#define SYN           2
#define ACK           16
#define LOOPBACK      1 /* test runs come from it */
#define FLOWS_MOST    65536

struct variety {
	__u32 flows;
	__u32 in_order;
	__u32 next;
	__u32 random;
};

/* A program under test in an object of its own. */
struct subject {
	const char *name;
	struct bpf_object *object;
	int program; /* of what the container receives */
	int sending; /* and of what it sends */
};

static const char *objects;
static struct bpf_object *packets;
static struct subject nothing = {.name = "empty"};
static int vary, converse, under_test, variety;
static unsigned char packet[PACKET_LENGTH];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static struct bpf_object *open_object(const char *name)
{
	char path[4096];
	struct bpf_object *object;

	snprintf(path, sizeof(path), "%s/%s", objects, name);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		die(path);
	return object;
}

static int program(struct bpf_object *object, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

static int map(struct bpf_object *object, const char *name)
{
	static const char *const sections[] = {"", ".data."};
	struct bpf_map *found = NULL;
	char text[64];

	for (int i = 0; !found && i < 2; i++) {
		snprintf(text, sizeof(text), "%s%s", sections[i], name);
		found = bpf_object__find_map_by_name(object, text);
	}
	return bpf_map__fd(found);
}

static void put(struct bpf_object *object, const char *name, const void *key, const void *value)
{
	if (bpf_map_update_elem(map(object, name), key, value, BPF_ANY))
		die(name);
}

static void resize(struct bpf_object *object, const char *name, __u32 entries)
{
	if (bpf_map__set_max_entries(bpf_object__find_map_by_name(object, name), entries))
		die(name);
}

static struct bpf_map *section(struct bpf_object *object, const char *name)
{
	struct bpf_map *m;

	bpf_object__for_each_map(m, object)
	{
		if (strstr(bpf_map__name(m), name))
			return m;
	}
	fprintf(stderr, "%s: no such section\n", name);
	exit(1);
}

/* Sets a 32-bit knob of knobs.h before the object is loaded. */
static void knob(struct bpf_object *object, const char *name, __u32 value)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *type = btf__type_by_id(btf, id);
	const struct btf_var_secinfo *each = btf_var_secinfos(type);
	size_t size;
	char *memory = (char *)bpf_map__initial_value(section(object, ".rodata"), &size);

	for (int i = 0; i < btf_vlen(type); i++, each++) {
		const struct btf_type *var = btf__type_by_id(btf, each->type);

		if (!strcmp(btf__name_by_offset(btf, var->name_off), name)) {
			memcpy(memory + each->offset, &value, sizeof(value));
			return;
		}
	}
	fprintf(stderr, "%s: no such knob\n", name);
	exit(1);
}

static void fill_policy(struct bpf_object *object)
{
	struct weir_policy_key key = {.policy = 7, .identity = 300};
	struct weir_policy_row row = {.rule = 5, .verdict = WEIR_ROW_ALLOW, .final = 1};

	key.prefix_length = 16;
	key.port = htons(8080);
	key.protocol = TCP;
	put(object, "weir_policy", &key, &row);
	key.protocol = UDP;
	put(object, "weir_policy", &key, &row);
}

/* One endpoint, isolated both ways, whose peers are known; they may talk to port 8080 or not. */
static void fill(struct bpf_object *object, int allow)
{
	const __u32 zero = 0, one = 1;
	struct weir_control control = {
		.abi_version = WEIR_ABI_VERSION,
		.revision = 2,
		.refresh = 1024, /* ControlTable.Timeouts.defaults() at 250 Hz */
		.second = 250,
		.timeout_tcp_syn = 15000,
		.timeout_tcp_established = 7200000,
		.timeout_tcp_closing = 2500,
		.timeout_udp = 7500,
		.timeout_udp_replied = 45000,
		.timeout_icmp = 2500,
		.timeout_other = 15000,
	};
	const __u32 flags = WEIR_POLICY_ISOLATED_INGRESS | WEIR_POLICY_ISOLATED_EGRESS |
			    WEIR_POLICY_PEER_PORTS_INGRESS | WEIR_POLICY_PEER_PORTS_EGRESS |
			    1u << (WEIR_POLICY_LENGTHS + 16);
	static struct weir_interface_bucket interfaces[WEIR_INTERFACE_BUCKETS];
	struct weir_endpoint endpoint = {
		.policy = {7 | (__u64)flags << 32, 7 | (__u64)flags << 32},
		.ifindex = LOOPBACK,
		.mac = {2, 0, 0, 0, 0, 1},
		.address_count = 1,
		.addresses = {{0, 0, htonl(0xffff), inet_addr("198.18.0.2")}},
	};
	struct weir_peer peer = {.identity = 300};

	put(object, "weir_control", &zero, &control);
	interfaces[LOOPBACK].way[0] = (struct weir_interface){
		.ifindex = LOOPBACK, .endpoint = 1, .station = 0x010000000002};
	put(object, "weir_interfaces", &zero, interfaces);
	put(object, "weir_endpoints", &one, &endpoint);
	for (__u32 i = 0; i < FLOWS_MOST >> 14; i++) {
		struct weir_address address = {{0, 0, htonl(0xffff), htonl(0xC6120100u + i)}};

		put(object, "weir_peers", &address, &peer);
	}
	if (allow)
		fill_policy(object);
}

/* FlowStamps.shift(); buckets is a power of two. */
static __u32 part_shift(__u32 buckets)
{
	return buckets > WEIR_FLOW_PARTS ? __builtin_ctz(buckets / WEIR_FLOW_PARTS) : 0;
}

static struct subject weir(const char *name, __u32 flows, int allow)
{
	struct bpf_object *object = open_object("weir_tc.bpf.o");
	__u32 cpus = libbpf_num_possible_cpus();

	knob(object, "weir_cpus", cpus);
	knob(object, "weir_flow_buckets", flows / WEIR_FLOW_WAYS);
	knob(object, "weir_flow_part_shift", part_shift(flows / WEIR_FLOW_WAYS));
	knob(object, "weir_endpoints_max", 4096);
	resize(object, "weir_flows", flows / WEIR_FLOW_WAYS * cpus);
	resize(object, "weir_flow_details", flows * cpus);
	resize(object, "weir_flow_stamps", cpus);
	resize(object, "weir_denied", 256 * cpus);
	resize(object, "weir_conntrack", 16384);
	resize(object, "weir_endpoints", 4096);
	resize(object, "weir_counters", 4096 * cpus);
	resize(object, "weir_rules", 65536 * cpus);
	if (bpf_object__load(object))
		die("weir_tc.bpf.o");
	fill(object, allow);
	return (struct subject){name, object, program(object, "weir_to_container"),
		program(object, "weir_from_container")};
}

static struct subject design(const char *name, const char *function, int allow)
{
	struct bpf_object *object = open_object("designs.bpf.o");
	__u32 anything[2] = {0, 0}, yes = 1;

	resize(object, "cache", 32768 * libbpf_num_possible_cpus());
	if (bpf_object__load(object))
		die("designs.bpf.o");
	if (allow)
		put(object, "sources", anything, &yes);
	return (struct subject){name, object, program(object, function), program(object, function)};
}

static void check_sum(unsigned char *ip)
{
	__u32 sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	ip[10] = ~sum >> 8;
	ip[11] = ~sum;
}

static void make_packet(int protocol, int tcp_flags)
{
	unsigned char *ip = packet + 14, *transport = ip + 20;
	__be32 source = inet_addr("198.18.1.0"), destination = inet_addr("198.18.0.2");

	memset(packet, 0, sizeof(packet));
	memcpy(packet, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", 14);
	ip[0] = 0x45;
	ip[3] = PACKET_LENGTH - 14;
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, &source, 4);
	memcpy(ip + 16, &destination, 4);
	check_sum(ip);
	transport[0] = 4;
	transport[2] = 8080 >> 8;
	transport[3] = 8080 & 255;
	if (protocol == UDP) {
		transport[5] = PACKET_LENGTH - 34;
		return;
	}
	transport[7] = transport[11] = 1;
	transport[12] = 0x80;
	transport[13] = tcp_flags;
	transport[14] = transport[15] = 0xff;
	memcpy(transport + 20, "\1\1\x08\x0a\0\0\0\1\0\0\0\2", 12);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Nanoseconds a packet, of one test run; retval is the program's last answer. */
static double run(
	int driver, const struct subject *s, __u32 flows, int in_order, int repeat, __u32 *retval)
{
	struct variety v = {flows, in_order, 0, (__u32)rand()};
	const __u32 zero = 0, one = 1;
	double start, end;
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet),
		.repeat = repeat);

	if (bpf_map_update_elem(variety, &zero, &v, BPF_ANY) ||
		bpf_map_update_elem(under_test, &zero, &s->program, BPF_ANY) ||
		bpf_map_update_elem(under_test, &one, &s->sending, BPF_ANY))
		die("packets.bpf.o");
	start = seconds();
	if (bpf_prog_test_run_opts(driver, &options))
		die("test run");
	end = seconds();
	*retval = options.retval;
	return (end - start) * 1e9 / repeat;
}

static void expect(const struct subject *s, const char *what, __u32 verdict, bool dropped)
{
	if ((verdict == TC_ACT_SHOT) == dropped)
		return;
	fprintf(stderr, "%s %s: verdict %d (expected: %s)\n", s->name, what, (int)verdict,
		dropped ? "dropped" : "passed");
	exit(1);
}

/* Flows that are known by now, in random order. */
static void measure(const char *what, struct subject *all, int count, __u32 flows, int rounds,
	int repeat, bool dropped)
{
	__u32 verdict, floor_verdict;

	for (int i = 0; i < count; i++)
		run(vary, &all[i], flows, 1, flows, &verdict);
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++) {
			double base, ns;

			run(vary, &nothing, flows, 0, repeat / 4, &floor_verdict);
			base = run(vary, &nothing, flows, 0, repeat, &floor_verdict);
			/* Every flow has been seen within the second: no refresh is due. */
			run(vary, &all[i], flows, 0, repeat, &verdict);
			ns = run(vary, &all[i], flows, 0, repeat, &verdict);
			expect(&all[i], what, verdict, dropped);
			printf("%s %u %s %.2f\n", what, flows, all[i].name, ns - base);
		}
	}
}

static void release(struct subject *all, int count)
{
	for (int i = 0; i < count; i++)
		bpf_object__close(all[i].object);
}

static void established(int rounds, int repeat)
{
	struct subject all[] = {weir("weir", 131072, 1), weir("weir-65536", 65536, 1),
		weir("weir-16384", 16384, 1), design("two-maps", "two_maps", 1),
		design("own-table", "own_table", 1)};

	make_packet(TCP, ACK);
	measure("established", all, 5, 1, rounds, repeat, false);
	measure("established", all, 5, 1024, rounds, repeat, false);
	measure("established", all, 5, FLOWS_MOST, rounds, repeat, false);
	release(all, 5);
}

static void denied(int rounds, int repeat)
{
	struct subject all[] = {weir("weir", 131072, 0), design("two-maps", "two_maps", 0),
		design("own-table", "own_table", 0)};

	make_packet(TCP, SYN);
	measure("denied-syn", all, 3, 1, rounds, repeat, true);
	measure("denied-syn", all, 3, FLOWS_MOST, rounds, repeat, true);
	make_packet(UDP, 0);
	measure("denied-udp", all, 3, 1, rounds, repeat, true);
	measure("denied-udp", all, 3, FLOWS_MOST, rounds, repeat, true);
	release(all, 3);
}

static void forget_table(const struct bpf_map *m)
{
	size_t size = (size_t)bpf_map__value_size(m) * bpf_map__max_entries(m);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(m), 0);

	if (memory == MAP_FAILED)
		die(bpf_map__name(m));
	memset(memory, 0, size);
	munmap(memory, size);
}

static void forget_hash(const struct bpf_map *m)
{
	char key[64];

	while (!bpf_map_get_next_key(bpf_map__fd(m), NULL, key))
		bpf_map_delete_elem(bpf_map__fd(m), key);
}

/* Leaves the tables without a flow, but their memory as it is after use. */
static void forget(const struct subject *s)
{
	static const char *const tables[] = {
		"weir_flows", "weir_flow_details", "weir_conntrack", "cache"};
	struct bpf_map *m;

	bpf_object__for_each_map(m, s->object)
	{
		if (bpf_map__type(m) == BPF_MAP_TYPE_LRU_HASH ||
			bpf_map__type(m) == BPF_MAP_TYPE_LRU_PERCPU_HASH)
			forget_hash(m);
		for (int i = 0; i < 4; i++) {
			if (!strcmp(bpf_map__name(m), tables[i]))
				forget_table(m);
		}
	}
}

/*
 * The first packet of every flow, in empty tables whose memory was used before: a virtual machine
 * may map each page of it only when it is first written, which is not what is measured here.
 */
static void fresh(int rounds)
{
	make_packet(TCP, SYN);
	for (int round = 0; round < rounds; round++) {
		struct subject all[] = {weir("weir", 131072, 1), weir("weir-65536", 65536, 1),
			weir("weir-16384", 16384, 1), design("two-maps", "two_maps", 1),
			design("own-table", "own_table", 1)};
		__u32 verdict;

		for (int i = 0; i < 5; i++) {
			double base = run(vary, &nothing, FLOWS_MOST, 1, FLOWS_MOST, &verdict);
			double ns;

			run(vary, &all[i], FLOWS_MOST, 1, FLOWS_MOST, &verdict);
			forget(&all[i]);
			ns = run(vary, &all[i], FLOWS_MOST, 1, FLOWS_MOST, &verdict);
			expect(&all[i], "new", verdict, false);
			printf("new %u %s %.2f\n", FLOWS_MOST, all[i].name, ns - base);
		}
		release(all, 5);
	}
}

/* Packets of short connections, one after the other, whose client uses so many ports in turn. */
static void conversations(int ports, int rounds, int repeat)
{
	struct subject all[] = {weir("weir", 131072, 1), design("two-maps", "two_maps", 1)};
	__u32 verdict;

	make_packet(TCP, SYN);
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 2; i++) {
			double base = run(converse, &nothing, ports, 1, repeat, &verdict);
			double ns;

			run(converse, &all[i], ports, 1, repeat, &verdict);
			ns = run(converse, &all[i], ports, 1, repeat, &verdict);
			expect(&all[i], "short-connections", verdict, false);
			printf("short-connections %d %s %.2f\n", ports, all[i].name, ns - base);
		}
	}
	release(all, 2);
}

static void use_one_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("CPU 0");
}

int main(int argc, char **argv)
{
	int rounds, repeat;

	if (argc != 4) {
		fprintf(stderr, "usage: packet_run OBJECTS ROUNDS REPEAT\n");
		return 2;
	}
	objects = argv[1];
	rounds = atoi(argv[2]);
	repeat = atoi(argv[3]);
	libbpf_set_print(quiet);
	use_one_cpu();
	packets = open_object("packets.bpf.o");
	if (bpf_object__load(packets))
		die("packets.bpf.o");
	vary = program(packets, "vary");
	converse = program(packets, "converse");
	nothing.program = nothing.sending = program(packets, "empty");
	under_test = map(packets, "under_test");
	variety = bpf_map__fd(section(packets, ".data"));
	established(rounds, repeat);
	denied(rounds, repeat);
	fresh(rounds);
	conversations(64, rounds, repeat);
	conversations(16384, rounds, repeat);
	return 0;
}
