// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* The bpf file system. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "weir_jni.h"

static jlong file_system_magic(JNIEnv *env, jclass cls, jstring path)
{
	struct statfs status;
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	return statfs(text, &status) ? -errno : (jlong)(uint32_t)status.f_type;
}

/* As systemd mounts it on /sys/fs/bpf. */
static jint mount_bpffs(JNIEnv *env, jclass cls, jstring path)
{
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	return mount("bpf", text, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700") ? -errno : 0;
}

/* A lock that ends with the descriptor that comes back; -EWOULDBLOCK if somebody else has it. */
static jint lock_folder(JNIEnv *env, jclass cls, jstring path)
{
	char text[PATH_MAX];
	int fd, err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	fd = open(text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static jint unmount(JNIEnv *env, jclass cls, jstring path)
{
	char text[PATH_MAX];
	int err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	return umount2(text, MNT_DETACH) ? -errno : 0;
}

static const JNINativeMethod table[] = {
	{"fileSystemMagic", "(Ljava/lang/String;)J", (void *)file_system_magic},
	{"mountBpffs", "(Ljava/lang/String;)I", (void *)mount_bpffs},
	{"lockFolder", "(Ljava/lang/String;)I", (void *)lock_folder},
	{"unmount", "(Ljava/lang/String;)I", (void *)unmount},
};

const struct weir_methods weir_fs_methods = {table, WEIR_COUNT(table)};
