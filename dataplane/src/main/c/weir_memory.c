// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Descriptors, mapped memory and the grace period. */
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "weir_jni.h"

static jlong map_memory(
	JNIEnv *env, jclass cls, jint fd, jlong offset, jlong length, jboolean writable)
{
	int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
	void *address = mmap(NULL, length, protection, MAP_SHARED, fd, offset);

	(void)env, (void)cls;
	return address == MAP_FAILED ? -errno : WEIR_ADDRESS(address);
}

static jint unmap_memory(JNIEnv *env, jclass cls, jlong address, jlong length)
{
	(void)env, (void)cls;
	return munmap(WEIR_POINTER(address), length) ? -errno : 0;
}

/* close(2) has closed the descriptor even when it was interrupted: never again. */
static jint close_descriptor(JNIEnv *env, jclass cls, jint fd)
{
	(void)env, (void)cls;
	return close(fd) && errno != EINTR ? -errno : 0;
}

static jint page_size(JNIEnv *env, jclass cls)
{
	(void)env, (void)cls;
	return sysconf(_SC_PAGESIZE);
}

static jint possible_cpus(JNIEnv *env, jclass cls)
{
	(void)env, (void)cls;
	return libbpf_num_possible_cpus();
}

/*
 * A program runs with preemption off: when this thread has run on a CPU, the program that ran there
 * before has ended.
 */
static int visit_every_cpu(void)
{
	cpu_set_t allowed, one;
	int cpu, err = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		/* EINVAL: there is no such CPU, or it is offline. */
		if (sched_setaffinity(0, sizeof(one), &one) && errno != EINVAL)
			err = -errno;
	}
	sched_setaffinity(0, sizeof(allowed), &allowed);
	return err;
}

/*
 * MEMBARRIER_CMD_GLOBAL is synchronize_rcu() in the kernel: programs that started before the call
 * have ended when it returns. Kernels with nohz_full CPUs refuse it.
 */
static jint await_grace(JNIEnv *env, jclass cls)
{
	(void)env, (void)cls;
	if (!syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		return 0;
	return errno == EINVAL || errno == ENOSYS ? visit_every_cpu() : -errno;
}

static jint poll_readable(JNIEnv *env, jclass cls, jint fd, jint timeout)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	int ready = poll(&waiting, 1, timeout);

	(void)env, (void)cls;
	if (ready < 0)
		return errno == EINTR ? 0 : -errno;
	return ready;
}

static jlong monotonic_nanos(JNIEnv *env, jclass cls)
{
	struct timespec now;

	(void)env, (void)cls;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static const JNINativeMethod table[] = {
	{"mapMemory", "(IJJZ)J", (void *)map_memory},
	{"unmapMemory", "(JJ)I", (void *)unmap_memory},
	{"closeDescriptor", "(I)I", (void *)close_descriptor},
	{"pageSize", "()I", (void *)page_size},
	{"possibleCpus", "()I", (void *)possible_cpus},
	{"awaitGrace", "()I", (void *)await_grace},
	{"pollReadable", "(II)I", (void *)poll_readable},
	{"monotonicNanos", "()J", (void *)monotonic_nanos},
};

const struct weir_methods weir_memory_methods = {table, WEIR_COUNT(table)};
