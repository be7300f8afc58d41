// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * empty_hooks.c - a program that does nothing, at the hooks where Weir's are: what it costs to be
 * there at all.
 *
 *   empty_hooks OBJECTS INTERFACE...
 *
 * OBJECTS is a folder with packets.bpf.o. Says "ready" when it is on both TCX hooks of all the
 * interfaces, and takes it off when its input ends.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* enum bpf_attach_type; the headers of older systems end before them. */
#define TCX_INGRESS 46
#define TCX_EGRESS  47

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int program(const char *objects)
{
	struct bpf_object *object;
	char path[4096];

	snprintf(path, sizeof(path), "%s/packets.bpf.o", objects);
	object = bpf_object__open_file(path, NULL);
	if (!object || bpf_object__load(object))
		die(path);
	return bpf_program__fd(bpf_object__find_program_by_name(object, "empty"));
}

int main(int argc, char **argv)
{
	char byte;
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: empty_hooks OBJECTS INTERFACE...\n");
		return 2;
	}
	fd = program(argv[1]);
	for (int i = 2; i < argc; i++) {
		int index = (int)if_nametoindex(argv[i]);

		/* The links live as long as this process. */
		if (!index ||
			bpf_link_create(fd, index, (enum bpf_attach_type)TCX_INGRESS, NULL) < 0 ||
			bpf_link_create(fd, index, (enum bpf_attach_type)TCX_EGRESS, NULL) < 0)
			die(argv[i]);
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
