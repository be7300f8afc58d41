// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Map operations: each is one call of libbpf. */
#include <bpf/bpf.h>
#include <errno.h>
#include "weir_jni.h"

static jint map_create(JNIEnv *env, jclass cls, jint type, jstring name, jint key_size,
	jint value_size, jint max_entries, jint flags)
{
	char text[PATH_MAX];
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = flags);
	int err = weir_string(env, name, text);

	(void)cls;
	if (err)
		return err;
	return bpf_map_create(type, text, key_size, value_size, max_entries, &options);
}

static jint map_lookup(JNIEnv *env, jclass cls, jint fd, jlong key, jlong value)
{
	(void)env, (void)cls;
	return bpf_map_lookup_elem(fd, WEIR_POINTER(key), WEIR_POINTER(value));
}

static jint map_update(JNIEnv *env, jclass cls, jint fd, jlong key, jlong value, jlong flags)
{
	(void)env, (void)cls;
	return bpf_map_update_elem(fd, WEIR_POINTER(key), WEIR_POINTER(value), flags);
}

static jint map_delete(JNIEnv *env, jclass cls, jint fd, jlong key)
{
	(void)env, (void)cls;
	return bpf_map_delete_elem(fd, WEIR_POINTER(key));
}

static jint map_next_key(JNIEnv *env, jclass cls, jint fd, jlong key, jlong next)
{
	(void)env, (void)cls;
	return bpf_map_get_next_key(fd, WEIR_POINTER(key), WEIR_POINTER(next));
}

/* The kernel leaves in *count what it has done, also when it answers with an error. */
static jint map_lookup_batch(JNIEnv *env, jclass cls, jint fd, jlong in, jlong out, jlong keys,
	jlong values, jlong count)
{
	(void)env, (void)cls;
	return bpf_map_lookup_batch(fd, WEIR_POINTER(in), WEIR_POINTER(out), WEIR_POINTER(keys),
		WEIR_POINTER(values), WEIR_POINTER(count), NULL);
}

static jint map_update_batch(
	JNIEnv *env, jclass cls, jint fd, jlong keys, jlong values, jlong count)
{
	(void)env, (void)cls;
	return bpf_map_update_batch(
		fd, WEIR_POINTER(keys), WEIR_POINTER(values), WEIR_POINTER(count), NULL);
}

static jint map_delete_batch(JNIEnv *env, jclass cls, jint fd, jlong keys, jlong count)
{
	(void)env, (void)cls;
	return bpf_map_delete_batch(fd, WEIR_POINTER(keys), WEIR_POINTER(count), NULL);
}

static jint object_info(JNIEnv *env, jclass cls, jint fd, jlong info, jint length)
{
	__u32 size = length;
	int err = bpf_obj_get_info_by_fd(fd, WEIR_POINTER(info), &size);

	(void)env, (void)cls;
	return err ? err : (jint)size;
}

static jint object_get(JNIEnv *env, jclass cls, jstring path)
{
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	return err ? err : bpf_obj_get(text);
}

static jint object_pin(JNIEnv *env, jclass cls, jint fd, jstring path)
{
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	return err ? err : bpf_obj_pin(fd, text);
}

static const JNINativeMethod table[] = {
	{"mapCreate", "(ILjava/lang/String;IIII)I", (void *)map_create},
	{"mapLookup", "(IJJ)I", (void *)map_lookup},
	{"mapUpdate", "(IJJJ)I", (void *)map_update},
	{"mapDelete", "(IJ)I", (void *)map_delete},
	{"mapNextKey", "(IJJ)I", (void *)map_next_key},
	{"mapLookupBatch", "(IJJJJJ)I", (void *)map_lookup_batch},
	{"mapUpdateBatch", "(IJJJ)I", (void *)map_update_batch},
	{"mapDeleteBatch", "(IJJ)I", (void *)map_delete_batch},
	{"kernelObjectInfo", "(IJI)I", (void *)object_info},
	{"kernelObjectGet", "(Ljava/lang/String;)I", (void *)object_get},
	{"kernelObjectPin", "(ILjava/lang/String;)I", (void *)object_pin},
};

const struct weir_methods weir_map_methods = {table, WEIR_COUNT(table)};
