/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The border between Java and the kernel. Rules for every function behind it: the result or
 * -errno, no exception, no call back into Java, no memory kept. Addresses come in as jlong and
 * point to direct buffers whose length the Java side has checked.
 */
#ifndef WEIR_JNI_H
#define WEIR_JNI_H

#include <jni.h>
#include <limits.h>
#include <stdint.h>

#define WEIR_POINTER(address) ((void *)(intptr_t)(address))
#define WEIR_ADDRESS(pointer) ((jlong)(intptr_t)(pointer))
#define WEIR_COUNT(array)     ((jint)(sizeof(array) / sizeof((array)[0])))

/* One table of native methods per file; all belong to dev.weir.dataplane.jni.Native. */
struct weir_methods {
	const JNINativeMethod *table;
	jint count;
};

extern const struct weir_methods weir_memory_methods;
extern const struct weir_methods weir_map_methods;
extern const struct weir_methods weir_object_methods;
extern const struct weir_methods weir_program_methods;
extern const struct weir_methods weir_link_methods;
extern const struct weir_methods weir_net_methods;
extern const struct weir_methods weir_fs_methods;
extern const struct weir_methods weir_process_methods;

/* Copies a path or name; -ENAMETOOLONG if it does not fit into PATH_MAX. */
int weir_string(JNIEnv *env, jstring text, char out[PATH_MAX]);

#endif
