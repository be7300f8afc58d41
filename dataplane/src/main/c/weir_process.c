// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Other processes and their sockets; which of them are of interest is decided in Java. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "weir_jni.h"

/* The same on every architecture; older headers lack them. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static jint process_open(JNIEnv *env, jclass cls, jint pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	(void)env, (void)cls;
	return fd < 0 ? -errno : (jint)fd;
}

/* A descriptor of ours, close-on-exec, for the file that is the process's number fd. */
static jint process_copy(JNIEnv *env, jclass cls, jint process, jint fd)
{
	long copy = syscall(SYS_pidfd_getfd, process, fd, 0);

	(void)env, (void)cls;
	return copy < 0 ? -errno : (jint)copy;
}

/* out: what the kernel calls the protocol of the socket at /proc/PID/fd/N, no zero at its end. */
static jint socket_protocol(JNIEnv *env, jclass cls, jstring path, jlong out, jint capacity)
{
	char text[PATH_MAX];
	ssize_t length;
	int err = weir_string(env, path, text);

	(void)cls;
	if (err)
		return err;
	length = getxattr(text, "system.sockprotoname", WEIR_POINTER(out), capacity);
	return length < 0 ? -errno : (jint)length;
}

/* Of SOL_SOCKET, a number that is never negative. */
static jint socket_option(JNIEnv *env, jclass cls, jint fd, jint option)
{
	int value = 0;
	socklen_t length = sizeof(value);

	(void)env, (void)cls;
	return getsockopt(fd, SOL_SOCKET, option, &value, &length) ? -errno : value;
}

/* Of this end or the other, of IPv4 and IPv6; 0: none yet; -ENOTCONN: no other end. */
static jint socket_port(JNIEnv *env, jclass cls, jint fd, jboolean remote)
{
	struct sockaddr_in6 address = {};
	socklen_t length = sizeof(address);
	int err = remote ? getpeername(fd, (struct sockaddr *)&address, &length)
			 : getsockname(fd, (struct sockaddr *)&address, &length);

	(void)env, (void)cls;
	if (err)
		return -errno;
	if (address.sin6_family != AF_INET && address.sin6_family != AF_INET6)
		return -EAFNOSUPPORT;
	return ntohs(address.sin6_port); /* where struct sockaddr_in has it, too */
}

static const JNINativeMethod table[] = {
	{"processOpen", "(I)I", (void *)process_open},
	{"processCopy", "(II)I", (void *)process_copy},
	{"socketProtocol", "(Ljava/lang/String;JI)I", (void *)socket_protocol},
	{"socketOption", "(II)I", (void *)socket_option},
	{"socketPort", "(IZ)I", (void *)socket_port},
};

const struct weir_methods weir_process_methods = {table, WEIR_COUNT(table)};
