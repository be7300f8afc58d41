/* buffer.h - bytes that grow up to a limit given beforehand. */
#ifndef WEIR_CNI_BUFFER_H
#define WEIR_CNI_BUFFER_H

#include <stddef.h>

struct buffer {
	char *bytes; /* always followed by a NUL that is not part of length */
	size_t length;
	size_t capacity;
	size_t limit; /* length never goes beyond it */
};

void buffer_init(struct buffer *buffer, size_t limit);

/* 0, -EMSGSIZE when the limit would be passed, -ENOMEM. */
int buffer_append(struct buffer *buffer, const void *bytes, size_t length);
int buffer_append_text(struct buffer *buffer, const char *text);

/*
 * Reads what fd has now. Returns the bytes read, 0 at the end of input, -EMSGSIZE when there is
 * more than the limit takes, else -errno (-EAGAIN when nothing is there).
 */
long buffer_read(struct buffer *buffer, int fd);

void buffer_free(struct buffer *buffer);

#endif
