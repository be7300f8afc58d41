/* cni_request.h - what the runtime asks: environment and stdin, checked. */
#ifndef WEIR_CNI_REQUEST_H
#define WEIR_CNI_REQUEST_H

#include <jansson.h>

#include "buffer.h"
#include "cni_result.h"

#define CNI_CONFIG_LIMIT (1024u * 1024u) /* bytes of stdin */

/* The versions of the specification that we speak, oldest first. */
enum cni_version {
	CNI_0_3_0,
	CNI_0_3_1,
	CNI_0_4_0,
	CNI_1_0_0,
	CNI_1_1_0,
	CNI_VERSION_COUNT,
};
#define CNI_VERSION_NEWEST CNI_1_1_0
extern const char *const cni_version_names[CNI_VERSION_COUNT];

/* What CNI_ variables a verb must have; what it may have is checked in the same way. */
enum cni_needs {
	CNI_NEEDS_CONTAINER_ID = 1 << 0,
	CNI_NEEDS_NETNS = 1 << 1,
	CNI_NEEDS_IFNAME = 1 << 2,
};

struct cni_request;

struct cni_verb {
	const char *name;
	unsigned needs;         /* enum cni_needs */
	enum cni_version since; /* the first version that has the verb */
	int needs_prev_result;  /* a chained plugin works on what the one before it made */
	/* Returns CNI_OK or error->code. */
	int (*run)(const struct cni_request *request, struct cni_error *error);
};

/* Strings belong to the environment or to config; none is NULL but where it says so. */
struct cni_request {
	const struct cni_verb *verb;
	const char *container_id;
	const char *netns;
	const char *ifname;
	const char *args;
	const char *path;
	struct buffer text;  /* stdin as it came: it goes to the agent unchanged */
	json_t *config;      /* the same, parsed; NULL with VERSION and nothing on stdin */
	const char *version; /* to answer in: the asked one, else the newest */
	const char *network;
	const char *socket;
};

/* Reads CNI_COMMAND and the other variables. Names all that are missing or wrong (error 4). */
int cni_request_environment(struct cni_request *request, const struct cni_verb *verbs,
	size_t verb_count, struct cni_error *error);

/* Reads stdin to its end into request->text. Errors 5 and 6. */
int cni_request_stdin(struct cni_request *request, struct cni_error *error);

/* Parses and checks request->text. Errors 1, 6 and 7. */
int cni_request_config(struct cni_request *request, struct cni_error *error);

void cni_request_free(struct cni_request *request);

#endif
