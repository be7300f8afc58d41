#include "delete_note.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_SUFFIX ".deletes"
#define ID_IN_NAME    "64" /* bytes of the container id that the file name shows */
#define FNV_OFFSET    0xcbf29ce484222325ull
#define FNV_PRIME     0x100000001b3ull

static uint64_t fnv1a(uint64_t hash, const char *text)
{
	/* The NUL counts too: it keeps "ab","c" and "a","bc" apart. */
	for (size_t i = 0, length = strlen(text) + 1; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * FNV_PRIME;
	return hash;
}

static void note_name(const struct cni_request *request, char *name, size_t size)
{
	uint64_t hash = fnv1a(FNV_OFFSET, request->network);

	hash = fnv1a(hash, request->container_id);
	hash = fnv1a(hash, request->ifname);
	snprintf(name, size, "%." ID_IN_NAME "s-%016llx.json", request->container_id,
		(unsigned long long)hash);
}

/* The folder's descriptor or -errno. It may have to be made: the agent need never have run. */
static int open_folder(const struct cni_request *request, int make)
{
	char path[PATH_MAX];
	char *slash;
	int fd;

	snprintf(path, sizeof(path), "%s", request->socket);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (make && slash != path && mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), "%s" FOLDER_SUFFIX, request->socket);
	if (make && mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_synced(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(text);
	int err = 0;

	if (fd < 0)
		return -errno;
	while (length > 0 && !err) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			err = -errno;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	if (!err && fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int write_note(int folder, const struct cni_request *request, const char *text)
{
	char name[NAME_MAX];
	char temporary[NAME_MAX];
	int err;

	note_name(request, name, sizeof(name));
	snprintf(temporary, sizeof(temporary), ".new-%ld", (long)getpid());
	err = write_synced(folder, temporary, text);
	if (!err && renameat(folder, temporary, folder, name))
		err = -errno;
	if (err)
		unlinkat(folder, temporary, 0);
	else if (fsync(folder))
		err = -errno;
	return err;
}

int delete_note_write(const struct cni_request *request)
{
	json_t *note = json_pack("{s:s, s:s, s:s, s:s}", "containerId", request->container_id,
		"ifname", request->ifname, "netns", request->netns, "network", request->network);
	char *text = note ? json_dumps(note, JSON_COMPACT) : NULL;
	int folder;
	int err = -ENOMEM;

	json_decref(note);
	if (text) {
		folder = open_folder(request, 1);
		err = folder < 0 ? folder : write_note(folder, request, text);
		if (folder >= 0)
			close(folder);
	}
	free(text);
	return err;
}

void delete_note_remove(const struct cni_request *request)
{
	char name[NAME_MAX];
	int folder = open_folder(request, 0);

	if (folder < 0)
		return;
	note_name(request, name, sizeof(name));
	unlinkat(folder, name, 0);
	close(folder);
}
