// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * designs.bpf.c - two prototypes to hold the datapath against: policy verdict and flow counters of
 * an IPv4 TCP or UDP packet, and nothing else (no fragments, options, TCP state, spoofing checks).
 * A source without an entry in "sources" is denied.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

#define FLOWS   (1 << 18)
#define BUCKETS 32768

struct flow_key {
	__be32 source;
	__be32 destination;
	__u32 ports;
	__u32 protocol;
};

struct flow_state {
	__u64 packets;
	__u64 bytes;
	__u32 last_seen;
	__u32 first_seen;
	__u32 revision;
	__u32 verdict;
};

struct source_key {
	__u32 prefix_length;
	__be32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct source_key);
	__type(value, __u32);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FLOWS);
	__type(key, struct flow_key);
	__type(value, struct flow_state);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, FLOWS);
	__type(key, struct flow_key);
	__type(value, struct flow_state);
} counts SEC(".maps");

struct entry {
	struct flow_key key;
	struct flow_state state;
	__u64 spare[2];
};

struct bucket {
	struct entry way[4];
};

/* The loader sets the size: buckets of all CPUs. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BUCKETS);
	__type(key, __u32);
	__type(value, struct bucket);
} cache SEC(".maps");

static __always_inline bool parse(struct __sk_buff *skb, struct flow_key *key)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	__u32 *ports = (void *)(ip + 1);

	if ((void *)(ports + 1) > (void *)(long)skb->data_end)
		return false;
	if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5)
		return false;
	key->source = ip->saddr;
	key->destination = ip->daddr;
	key->ports = *ports;
	key->protocol = ip->protocol;
	return true;
}

static __noinline int allowed(const struct flow_key *key)
{
	struct source_key source = {32, key ? key->source : 0};

	return bpf_map_lookup_elem(&sources, &source) != 0;
}

/* The usual shape: a shared connection, per-CPU counters, and the time of each packet. */
SEC("tc") int two_maps(struct __sk_buff *skb)
{
	struct flow_state fresh = {.packets = 1, .bytes = skb->len, .verdict = 1};
	struct flow_key key = {};
	struct flow_state *connection, *count;
	__u32 now = bpf_ktime_get_ns() >> 20;

	if (!parse(skb, &key))
		return TC_ACT_OK;
	connection = bpf_map_lookup_elem(&connections, &key);
	if (connection) {
		connection->last_seen = now;
	} else {
		if (!allowed(&key))
			return TC_ACT_SHOT;
		bpf_map_update_elem(&connections, &key, &fresh, BPF_ANY);
	}
	count = bpf_map_lookup_elem(&counts, &key);
	if (!count) {
		bpf_map_update_elem(&counts, &key, &fresh, BPF_ANY);
		return TC_ACT_OK;
	}
	count->packets++;
	count->bytes += skb->len;
	count->last_seen = now;
	return TC_ACT_OK;
}

static __always_inline __u32 hash(const struct flow_key *key)
{
	__u64 x = ((__u64)key->source << 32 | key->destination) ^ 0x9E3779B97F4A7C15ull;
	__u64 y = (__u64)key->ports << 32 | key->protocol;

	x *= 0xff51afd7ed558ccdull;
	x ^= x >> 32;
	x = (x ^ y) * 0xc4ceb9fe1a85ec53ull;
	return x >> 40;
}

static __always_inline bool same(const struct flow_key *a, const struct flow_key *b)
{
	return !((a->source ^ b->source) | (a->destination ^ b->destination) |
		 (a->ports ^ b->ports) | (a->protocol ^ b->protocol));
}

static __always_inline struct entry *find(struct bucket *bucket, const struct flow_key *key)
{
	if (same(&bucket->way[0].key, key))
		return &bucket->way[0];
	if (same(&bucket->way[1].key, key))
		return &bucket->way[1];
	if (same(&bucket->way[2].key, key))
		return &bucket->way[2];
	return same(&bucket->way[3].key, key) ? &bucket->way[3] : 0;
}

static __always_inline struct entry *older(struct entry *a, struct entry *b)
{
	return (__s32)(b->state.last_seen - a->state.last_seen) < 0 ? b : a;
}

/* Our shape at its barest: a set-associative table per CPU in mapped memory. */
SEC("tc") int own_table(struct __sk_buff *skb)
{
	__u32 now = bpf_jiffies64();
	struct flow_key key = {};
	struct bucket *bucket;
	struct entry *e;
	__u32 index;

	if (!parse(skb, &key))
		return TC_ACT_OK;
	index = (hash(&key) & (BUCKETS - 1)) + bpf_get_smp_processor_id() * BUCKETS;
	bucket = bpf_map_lookup_elem(&cache, &index);
	if (!bucket)
		return TC_ACT_OK;
	e = find(bucket, &key);
	if (!e) {
		if (!allowed(&key))
			return TC_ACT_SHOT;
		e = older(older(&bucket->way[0], &bucket->way[1]),
			older(&bucket->way[2], &bucket->way[3]));
		e->key = key;
		e->state.packets = 0;
		e->state.bytes = 0;
		e->state.first_seen = now;
		e->state.verdict = 1;
	}
	e->state.packets++;
	e->state.bytes += skb->len;
	e->state.last_seen = now;
	return e->state.verdict ? TC_ACT_OK : TC_ACT_SHOT;
}
