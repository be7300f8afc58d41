// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Object files: open, configure, load. A handle is a struct bpf_object. */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "weir_jni.h"

/* What libbpf warned of since the last open or load on this thread; never printed. */
static __thread char messages[8192];
static __thread size_t messages_length;

static int keep_message(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t left = sizeof(messages) - messages_length;
	int written;

	if (level != LIBBPF_WARN || left <= 1)
		return 0;
	written = vsnprintf(messages + messages_length, left, format, arguments);
	if (written > 0)
		messages_length += (size_t)written < left ? (size_t)written : left - 1;
	return 0;
}

static void forget_messages(void)
{
	libbpf_set_print(keep_message);
	messages_length = 0;
}

static jint copy_messages(JNIEnv *env, jclass cls, jlong out, jint capacity)
{
	jint length = (jint)messages_length < capacity ? (jint)messages_length : capacity;

	(void)env, (void)cls;
	memcpy(WEIR_POINTER(out), messages, length);
	return length;
}

/* The log buffer gets the verifier's words when the load fails; it must outlive the object. */
static jlong object_open(JNIEnv *env, jclass cls, jstring path, jlong log, jint log_size)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .kernel_log_buf = WEIR_POINTER(log),
		.kernel_log_size = log_size);
	struct bpf_object *object;
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	forget_messages();
	object = bpf_object__open_file(text, &options);
	return object ? WEIR_ADDRESS(object) : -errno;
}

static jint object_load(JNIEnv *env, jclass cls, jlong object)
{
	(void)env, (void)cls;
	forget_messages();
	return bpf_object__load(WEIR_POINTER(object));
}

static jint object_close(JNIEnv *env, jclass cls, jlong object)
{
	(void)env, (void)cls;
	bpf_object__close(WEIR_POINTER(object));
	return 0;
}

static const struct btf_var_secinfo *rodata_variable(const struct btf *btf, const char *name)
{
	__s32 id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section;
	int i;

	if (id < 0)
		return NULL;
	section = btf__type_by_id(btf, id);
	for (i = 0; i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *info = btf_var_secinfos(section) + i;
		const struct btf_type *variable = btf__type_by_id(btf, info->type);

		if (strcmp(btf__name_by_offset(btf, variable->name_off), name) == 0)
			return info;
	}
	return NULL;
}

static jint object_set(
	JNIEnv *env, jclass cls, jlong object, jstring name, jlong value, jint length)
{
	const struct btf *btf = bpf_object__btf(WEIR_POINTER(object));
	struct bpf_map *map = bpf_object__find_map_by_name(WEIR_POINTER(object), ".rodata");
	const struct btf_var_secinfo *info;
	char text[PATH_MAX];
	size_t size;
	void *initial;
	int err = weir_string(env, name, text);

	(void)cls;
	if (err)
		return err;
	info = btf && map ? rodata_variable(btf, text) : NULL;
	if (!info)
		return -ENOENT;
	if (info->size != (__u32)length)
		return -EINVAL;
	initial = (void *)bpf_map__initial_value(map, &size);
	if (!initial || info->offset + info->size > size)
		return -ERANGE;
	memcpy((char *)initial + info->offset, WEIR_POINTER(value), length);
	return 0;
}

/* A variable in a section of its own is a map that the source declares, too: it has the name. */
#define SECTION ".data."

/* The name of a map that the source declares, null for .rodata and its like. */
static const char *declared_name(const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);

	if (strncmp(name, SECTION, strlen(SECTION)) == 0)
		return name + strlen(SECTION);
	return bpf_map__is_internal(map) ? NULL : name;
}

/* Names, one a line, of the maps that the source declares. */
static jint object_map_names(JNIEnv *env, jclass cls, jlong object, jlong out, jint capacity)
{
	struct bpf_map *map;
	const char *name;
	int length = 0;

	(void)env, (void)cls;
	bpf_object__for_each_map(map, WEIR_POINTER(object))
	{
		name = declared_name(map);
		if (!name)
			continue;
		length += snprintf(
			(char *)WEIR_POINTER(out) + length, capacity - length, "%s\n", name);
		if (length >= capacity)
			return -E2BIG;
	}
	return length;
}

static jint object_program_names(JNIEnv *env, jclass cls, jlong object, jlong out, jint capacity)
{
	struct bpf_program *program;
	int length = 0;

	(void)env, (void)cls;
	bpf_object__for_each_program(program, WEIR_POINTER(object))
	{
		length += snprintf((char *)WEIR_POINTER(out) + length, capacity - length, "%s\n",
			bpf_program__name(program));
		if (length >= capacity)
			return -E2BIG;
	}
	return length;
}

static jlong object_map(JNIEnv *env, jclass cls, jlong object, jstring name)
{
	char text[PATH_MAX];
	struct bpf_map *map;
	const char *declared;
	int err = weir_string(env, name, text);

	(void)cls;
	if (err)
		return err;
	bpf_object__for_each_map(map, WEIR_POINTER(object))
	{
		declared = declared_name(map);
		if (declared && strcmp(declared, text) == 0)
			return WEIR_ADDRESS(map);
	}
	return -ENOENT;
}

static jint map_set_max_entries(JNIEnv *env, jclass cls, jlong map, jint entries)
{
	(void)env, (void)cls;
	return bpf_map__set_max_entries(WEIR_POINTER(map), entries);
}

static jint map_set_pin_path(JNIEnv *env, jclass cls, jlong map, jstring path)
{
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	return err ? err : bpf_map__set_pin_path(WEIR_POINTER(map), text);
}

/* The caller gets a descriptor of its own: the object closes only its own. */
static jint duplicate(int fd)
{
	int copy;

	if (fd < 0)
		return fd;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

static jint map_descriptor(JNIEnv *env, jclass cls, jlong map)
{
	(void)env, (void)cls;
	return duplicate(bpf_map__fd(WEIR_POINTER(map)));
}

static jint program_descriptor(JNIEnv *env, jclass cls, jlong object, jstring name)
{
	struct bpf_program *program;
	char text[PATH_MAX];
	int err = weir_string(env, name, text);

	(void)cls;
	if (err)
		return err;
	program = bpf_object__find_program_by_name(WEIR_POINTER(object), text);
	return program ? duplicate(bpf_program__fd(program)) : -ENOENT;
}

static const JNINativeMethod table[] = {
	{"objectMessages", "(JI)I", (void *)copy_messages},
	{"objectOpen", "(Ljava/lang/String;JI)J", (void *)object_open},
	{"objectLoad", "(J)I", (void *)object_load},
	{"objectClose", "(J)I", (void *)object_close},
	{"objectSet", "(JLjava/lang/String;JI)I", (void *)object_set},
	{"objectMapNames", "(JJI)I", (void *)object_map_names},
	{"objectProgramNames", "(JJI)I", (void *)object_program_names},
	{"objectMap", "(JLjava/lang/String;)J", (void *)object_map},
	{"objectMapMaxEntries", "(JI)I", (void *)map_set_max_entries},
	{"objectMapPinPath", "(JLjava/lang/String;)I", (void *)map_set_pin_path},
	{"objectMapDescriptor", "(J)I", (void *)map_descriptor},
	{"objectProgramDescriptor", "(JLjava/lang/String;)I", (void *)program_descriptor},
};

const struct weir_methods weir_object_methods = {table, WEIR_COUNT(table)};
