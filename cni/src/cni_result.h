/* cni_result.h - what the plugin prints: a result handed on unchanged, or an error as CNI JSON. */
#ifndef WEIR_CNI_RESULT_H
#define WEIR_CNI_RESULT_H

#include <stddef.h>

/* Codes of the CNI specification; from 100 on they are ours. */
enum cni_code {
	CNI_OK = 0,
	CNI_INCOMPATIBLE_VERSION = 1,
	CNI_UNSUPPORTED_FIELD = 2,
	CNI_UNKNOWN_CONTAINER = 3,
	CNI_INVALID_ENVIRONMENT = 4,
	CNI_IO_FAILURE = 5,
	CNI_DECODING_FAILURE = 6,
	CNI_INVALID_CONFIG = 7,
	CNI_TRY_AGAIN_LATER = 11,
	CNI_NOT_AVAILABLE = 50,
	CNI_AGENT_NOT_UNDERSTOOD = 100, /* what answered on the socket is not an agent of ours */
	CNI_NO_MEMORY = 101,
};

struct cni_error {
	int code; /* CNI_OK: no error */
	char msg[512];
	char details[1024];
	char *agent_json; /* not NULL: the agent's own words, printed instead of the above */
};

/* Sets code and msg, and returns code, so that a caller can end with it. */
__attribute__((format(printf, 3, 4))) int cni_error_set(
	struct cni_error *error, int code, const char *format, ...);

/* Adds the part that says how to mend it. Returns the code. */
__attribute__((format(printf, 2, 3))) int cni_error_details(
	struct cni_error *error, const char *format, ...);

void cni_error_free(struct cni_error *error);

/* Writes all of it to stdout. 0 or -errno. */
int cni_result_print(const char *text, size_t length);

/* Prints the error to stdout; where that is not possible, to stderr. */
void cni_result_print_error(const struct cni_error *error, const char *version);

#endif
