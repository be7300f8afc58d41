// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Network namespaces and netlink sockets; what is said over them is put together in Java. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "weir_jni.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* A socket made inside the namespace; the calling thread is back in its own when this returns. */
static int socket_inside(int namespace, int family, int type, int protocol)
{
	int own, fd, err;

	if (namespace < 0) {
		fd = socket(family, type | SOCK_CLOEXEC, protocol);
		return fd < 0 ? -errno : fd;
	}
	own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own < 0)
		return -errno;
	if (setns(namespace, CLONE_NEWNET)) {
		err = -errno;
		close(own);
		return err;
	}
	fd = socket(family, type | SOCK_CLOEXEC, protocol);
	err = -errno;
	/* A Java thread astray in a container's namespace could do anything there. */
	if (setns(own, CLONE_NEWNET))
		abort();
	close(own);
	return fd < 0 ? err : fd;
}

static jint netlink_open(JNIEnv *env, jclass cls, jint namespace, jint protocol, jint groups)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket_inside(namespace, AF_NETLINK, SOCK_RAW, protocol);
	int one = 1, size = 1 << 20, err;

	(void)env, (void)cls;
	if (fd < 0)
		return fd;
	/* Strict dumps filter in the kernel; a big buffer makes overruns of the monitor rare. */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static jint socket_send(JNIEnv *env, jclass cls, jint fd, jlong data, jint length)
{
	ssize_t sent;

	(void)env, (void)cls;
	do {
		sent = send(fd, WEIR_POINTER(data), length, 0);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : (jint)sent;
}

/* The whole length of the message, also when it did not fit. */
static jint socket_receive(
	JNIEnv *env, jclass cls, jint fd, jlong data, jint capacity, jboolean wait)
{
	ssize_t length;

	(void)env, (void)cls;
	do {
		length = recv(
			fd, WEIR_POINTER(data), capacity, MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
	} while (length < 0 && errno == EINTR);
	return length < 0 ? -errno : (jint)length;
}

static jint namespace_open(JNIEnv *env, jclass cls, jstring path)
{
	char text[PATH_MAX];
	int fd, err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	fd = open(text, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static jlong namespace_inode(JNIEnv *env, jclass cls, jint fd)
{
	struct stat status;

	(void)env, (void)cls;
	return fstat(fd, &status) ? -errno : (jlong)status.st_ino;
}

/* out: the cookie, __u64. */
static jint namespace_cookie(JNIEnv *env, jclass cls, jint namespace, jlong out)
{
	socklen_t length = sizeof(__u64);
	int fd = socket_inside(namespace, AF_INET, SOCK_DGRAM, 0);
	int err;

	(void)env, (void)cls;
	if (fd < 0)
		return fd;
	err = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, WEIR_POINTER(out), &length) ? -errno : 0;
	close(fd);
	return err;
}

/* Moves the calling thread for good: only for threads that end with their task. */
static jint namespace_enter(JNIEnv *env, jclass cls, jint namespace)
{
	(void)env, (void)cls;
	return setns(namespace, CLONE_NEWNET) ? -errno : 0;
}

/* Puts the calling thread into a namespace of its own that goes with it: for probes. */
static jint namespace_unshare(JNIEnv *env, jclass cls)
{
	(void)env, (void)cls;
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

static const JNINativeMethod table[] = {
	{"netlinkOpen", "(III)I", (void *)netlink_open},
	{"socketSend", "(IJI)I", (void *)socket_send},
	{"socketReceive", "(IJIZ)I", (void *)socket_receive},
	{"namespaceOpen", "(Ljava/lang/String;)I", (void *)namespace_open},
	{"namespaceInode", "(I)J", (void *)namespace_inode},
	{"namespaceCookie", "(IJ)I", (void *)namespace_cookie},
	{"namespaceEnter", "(I)I", (void *)namespace_enter},
	{"namespaceUnshare", "()I", (void *)namespace_unshare},
};

const struct weir_methods weir_net_methods = {table, WEIR_COUNT(table)};
