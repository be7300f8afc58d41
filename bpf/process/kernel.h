/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * kernel.h - of the kernel's own types what is read here; libbpf finds the real offsets in the BTF
 * of the kernel that runs (CO-RE). Sources: include/linux/sched.h, net.h.
 */
#ifndef WEIR_PROCESS_KERNEL_H
#define WEIR_PROCESS_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct task_struct {
	unsigned int flags;
	int tgid;
	struct task_struct *group_leader;
	char comm[16];
};

#pragma clang attribute pop

#define PF_KTHREAD  0x00200000
#define SOCK_STREAM 1

#endif
