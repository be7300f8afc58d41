// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Programs: run one on a packet that a test brings, measure them all. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include "weir_jni.h"

/* Java: dev.weir.dataplane.object.TestRun. */
struct weir_test_run {
	__u64 data_in;
	__u64 data_out;
	__u64 context_in;
	__u64 context_out;
	__u32 data_in_length;
	__u32 data_out_length; /* capacity before, length after */
	__u32 context_in_length;
	__u32 context_out_length;
	__u32 repeat;
	__u32 return_value;
	__u32 duration_ns; /* of one run, mean */
	__u32 flags;
};
_Static_assert(sizeof(struct weir_test_run) == 64, "TestRun.java knows these offsets");

static jint program_test_run(JNIEnv *env, jclass cls, jint fd, jlong address)
{
	struct weir_test_run *run = WEIR_POINTER(address);
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = WEIR_POINTER(run->data_in),
		.data_out = WEIR_POINTER(run->data_out), .data_size_in = run->data_in_length,
		.data_size_out = run->data_out_length, .ctx_in = WEIR_POINTER(run->context_in),
		.ctx_out = WEIR_POINTER(run->context_out), .ctx_size_in = run->context_in_length,
		.ctx_size_out = run->context_out_length, .repeat = run->repeat,
		.flags = run->flags);
	int err = bpf_prog_test_run_opts(fd, &options);

	(void)env, (void)cls;
	run->data_out_length = options.data_size_out;
	run->context_out_length = options.ctx_size_out;
	run->return_value = options.retval;
	run->duration_ns = options.duration;
	return err;
}

static jint program_by_id(JNIEnv *env, jclass cls, jint id)
{
	(void)env, (void)cls;
	return bpf_prog_get_fd_by_id(id);
}

/* The id after this one, negative ENOENT after the last. */
static jint program_next_id(JNIEnv *env, jclass cls, jint id)
{
	__u32 next = 0;
	int err = bpf_prog_get_next_id(id, &next);

	(void)env, (void)cls;
	return err < 0 ? err : (jint)next;
}

/* For feature probes: the smallest program of the type, "return answer". */
static jint program_load_empty(JNIEnv *env, jclass cls, jint type, jint answer)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = answer},
		{.code = BPF_JMP | BPF_EXIT},
	};

	(void)env, (void)cls;
	return bpf_prog_load(type, "weir_probe", "GPL", nothing, 2, NULL);
}

/* The same for a socket hook of cgroups. */
static jint program_load_cgroup(JNIEnv *env, jclass cls, jint attach_type, jint answer)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = answer},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = attach_type);

	(void)env, (void)cls;
	return bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK, "weir_probe", "GPL", nothing, 2, &options);
}

/* While the descriptor is open, the kernel measures how long programs run. */
static jint program_measure(JNIEnv *env, jclass cls)
{
	(void)env, (void)cls;
	return bpf_enable_stats(BPF_STATS_RUN_TIME);
}

static const JNINativeMethod table[] = {
	{"programTestRun", "(IJ)I", (void *)program_test_run},
	{"programMeasure", "()I", (void *)program_measure},
	{"programById", "(I)I", (void *)program_by_id},
	{"programNextId", "(I)I", (void *)program_next_id},
	{"programLoadEmpty", "(II)I", (void *)program_load_empty},
	{"programLoadCgroup", "(II)I", (void *)program_load_cgroup},
};

const struct weir_methods weir_program_methods = {table, WEIR_COUNT(table)};
