// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Hooks: TCX, XDP and cgroup links, clsact filters. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "weir_jni.h"

/* linux/bpf.h of 6.6; Debian 12's is older. */
#define WEIR_BPF_F_BEFORE (1U << 3)

/* The head of union bpf_attr for BPF_LINK_CREATE with a TCX attach type, zero to its end. */
struct weir_tcx_create {
	__u32 prog_fd;
	__u32 target_ifindex;
	__u32 attach_type;
	__u32 flags;
	__u32 relative_fd;
	__u32 zero;
	__u64 expected_revision;
	__u64 tail[4];
};

/* First in the row: nobody's earlier program may pass a packet by the policy. */
static jint link_create_tcx(JNIEnv *env, jclass cls, jint program, jint ifindex, jint attach_type)
{
	struct weir_tcx_create attr = {
		.prog_fd = program,
		.target_ifindex = ifindex,
		.attach_type = attach_type,
		.flags = WEIR_BPF_F_BEFORE,
	};
	long fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	(void)env, (void)cls;
	return fd < 0 ? -errno : (jint)fd;
}

/* The head of union bpf_attr for BPF_PROG_QUERY, zero to its end. */
struct weir_query {
	__u32 target_ifindex;
	__u32 attach_type;
	__u32 query_flags;
	__u32 attach_flags;
	__u64 prog_ids;
	__u32 count;
	__u32 zero;
	__u64 tail[4];
};

/* How many programs are in the row, whosever. */
static jint tcx_count(JNIEnv *env, jclass cls, jint ifindex, jint attach_type)
{
	struct weir_query attr = {.target_ifindex = ifindex, .attach_type = attach_type};
	long err = syscall(__NR_bpf, BPF_PROG_QUERY, &attr, sizeof(attr));

	(void)env, (void)cls;
	return err < 0 ? -errno : (jint)attr.count;
}

static jint link_create_xdp(JNIEnv *env, jclass cls, jint program, jint ifindex, jint flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);

	(void)env, (void)cls;
	return bpf_link_create(program, ifindex, BPF_XDP, &options);
}

/* A mount of cgroup v2 that has no place in any tree; gone with its descriptor. */
static jint cgroup_root(JNIEnv *env, jclass cls)
{
	int context = fsopen("cgroup2", FSOPEN_CLOEXEC), root = -1, err;

	(void)env, (void)cls;
	if (context < 0)
		return -errno;
	if (!fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		root = fsmount(context, FSMOUNT_CLOEXEC, 0);
	err = errno;
	close(context);
	return root < 0 ? -err : root;
}

static jint link_create_cgroup(JNIEnv *env, jclass cls, jint program, jint cgroup, jint attach_type)
{
	(void)env, (void)cls;
	return bpf_link_create(program, cgroup, attach_type, NULL);
}

static jint link_update(JNIEnv *env, jclass cls, jint link, jint program)
{
	(void)env, (void)cls;
	return bpf_link_update(link, program, NULL);
}

static jint link_detach(JNIEnv *env, jclass cls, jint link)
{
	(void)env, (void)cls;
	return bpf_link_detach(link);
}

/* 1 when the qdisc was made by this call, 0 when there was one. */
static jint clsact_create(JNIEnv *env, jclass cls, jint ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	int err = bpf_tc_hook_create(&hook);

	(void)env, (void)cls;
	if (err == -EEXIST)
		return 0;
	return err ? err : 1;
}

static jint clsact_destroy(JNIEnv *env, jclass cls, jint ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	(void)env, (void)cls;
	return bpf_tc_hook_destroy(&hook);
}

static enum bpf_tc_attach_point attach_point(jboolean egress)
{
	return egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

static jint filter_attach(JNIEnv *env, jclass cls, jint ifindex, jboolean egress, jint program,
	jint handle, jint priority)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = attach_point(egress));
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program, .handle = handle,
		.priority = priority, .flags = BPF_TC_F_REPLACE);

	(void)env, (void)cls;
	return bpf_tc_attach(&hook, &options);
}

static jint filter_detach(
	JNIEnv *env, jclass cls, jint ifindex, jboolean egress, jint handle, jint priority)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = attach_point(egress));
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = handle, .priority = priority);

	(void)env, (void)cls;
	return bpf_tc_detach(&hook, &options);
}

/* The id of the program that our filter holds. */
static jint filter_query(
	JNIEnv *env, jclass cls, jint ifindex, jboolean egress, jint handle, jint priority)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = attach_point(egress));
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = handle, .priority = priority);
	int err = bpf_tc_query(&hook, &options);

	(void)env, (void)cls;
	return err ? err : (jint)options.prog_id;
}

static const JNINativeMethod table[] = {
	{"linkCreateTcx", "(III)I", (void *)link_create_tcx},
	{"tcxCount", "(II)I", (void *)tcx_count},
	{"linkCreateXdp", "(III)I", (void *)link_create_xdp},
	{"cgroupRoot", "()I", (void *)cgroup_root},
	{"linkCreateCgroup", "(III)I", (void *)link_create_cgroup},
	{"linkUpdate", "(II)I", (void *)link_update},
	{"linkDetach", "(I)I", (void *)link_detach},
	{"clsactCreate", "(I)I", (void *)clsact_create},
	{"clsactDestroy", "(I)I", (void *)clsact_destroy},
	{"filterAttach", "(IZIII)I", (void *)filter_attach},
	{"filterDetach", "(IZII)I", (void *)filter_detach},
	{"filterQuery", "(IZII)I", (void *)filter_query},
};

const struct weir_methods weir_link_methods = {table, WEIR_COUNT(table)};
