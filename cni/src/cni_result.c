#include "cni_result.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cni_error_set(struct cni_error *error, int code, const char *format, ...)
{
	va_list args;

	error->code = code;
	error->details[0] = '\0';
	va_start(args, format);
	vsnprintf(error->msg, sizeof(error->msg), format, args);
	va_end(args);
	return code;
}

int cni_error_details(struct cni_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->details, sizeof(error->details), format, args);
	va_end(args);
	return error->code;
}

void cni_error_free(struct cni_error *error)
{
	free(error->agent_json);
	error->agent_json = NULL;
}

int cni_result_print(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDOUT_FILENO, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		text += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Text from outside (a path, a file's bytes) may be no UTF-8, which JSON has to be. */
static json_t *printable(const char *text)
{
	json_t *string = json_string(text);
	size_t length = strlen(text);
	char *ascii;

	if (string)
		return string;
	ascii = malloc(length + 1);
	if (!ascii)
		return NULL;
	for (size_t i = 0; i <= length; i++)
		ascii[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	string = json_string(ascii);
	free(ascii);
	return string;
}

static char *error_json(const struct cni_error *error, const char *version)
{
	json_t *object;
	char *text;

	if (error->agent_json)
		return strdup(error->agent_json);
	object = json_pack("{s:s, s:i, s:o}", "cniVersion", version, "code", error->code, "msg",
		printable(error->msg));
	if (!object)
		return NULL;
	if (error->details[0])
		json_object_set_new(object, "details", printable(error->details));
	text = json_dumps(object, JSON_INDENT(4));
	json_decref(object);
	return text;
}

void cni_result_print_error(const struct cni_error *error, const char *version)
{
	char *text = error_json(error, version);

	if (!text || cni_result_print(text, strlen(text)) || cni_result_print("\n", 1))
		fprintf(stderr, "weir-cni: error %d: %s: %s\n", error->code, error->msg,
			error->details);
	free(text);
}
