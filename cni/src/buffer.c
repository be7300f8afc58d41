#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY 4096u
#define READ_CHUNK     16384u

void buffer_init(struct buffer *buffer, size_t limit)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->limit = limit;
}

/* Makes room for length more bytes and the NUL. */
static int buffer_reserve(struct buffer *buffer, size_t length)
{
	size_t needed = buffer->length + length + 1;
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	char *bytes;

	if (needed <= buffer->capacity)
		return 0;
	while (capacity < needed)
		capacity *= 2;
	bytes = realloc(buffer->bytes, capacity);
	if (!bytes)
		return -ENOMEM;
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return 0;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
	int err;

	if (length > buffer->limit - buffer->length)
		return -EMSGSIZE;
	err = buffer_reserve(buffer, length);
	if (err)
		return err;
	if (length)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
	return 0;
}

int buffer_append_text(struct buffer *buffer, const char *text)
{
	return buffer_append(buffer, text, strlen(text));
}

long buffer_read(struct buffer *buffer, int fd)
{
	char chunk[READ_CHUNK];
	ssize_t got;
	int err;

	do {
		got = read(fd, chunk, sizeof(chunk));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	err = buffer_append(buffer, chunk, (size_t)got);
	return err ? err : got;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	buffer_init(buffer, buffer->limit);
}
