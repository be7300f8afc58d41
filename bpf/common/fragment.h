/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* fragment.h - the ports of a datagram, for the fragments that do not carry them. */
#ifndef WEIR_FRAGMENT_H
#define WEIR_FRAGMENT_H

#include "maps.h"
#include "parse.h"

static __always_inline void fragment_key_of(
	struct weir_fragment_key *key, const struct weir_packet *p)
{
	__builtin_memcpy(key->local, p->key.local, 16);
	__builtin_memcpy(key->remote, p->key.remote, 16);
	key->id = p->fragment_id;
	key->endpoint = p->key.endpoint;
	key->protocol = p->fragment_protocol;
	key->direction = p->direction;
}

/* The first fragment leaves its ports, later ones take them. 0: the first was not seen. */
__noinline int fragment_resolve(struct weir_packet *p, __u32 now)
{
	struct weir_fragment_key key;
	struct weir_fragment *found;

	if (!p)
		return 0;
	fragment_key_of(&key, p);
	if (p->fragment == WEIR_FRAGMENT_FIRST) {
		struct weir_fragment ports = {
			.local_port = p->key.local_port,
			.remote_port = p->key.remote_port,
			.seen = now,
			.protocol = p->key.protocol,
		};

		bpf_map_update_elem(&weir_fragments, &key, &ports, BPF_ANY);
		return 1;
	}
	found = bpf_map_lookup_elem(&weir_fragments, &key);
	if (!found)
		return 0;
	p->key.local_port = found->local_port;
	p->key.remote_port = found->remote_port;
	p->key.protocol = found->protocol;
	return 1;
}

#endif
