/* cni_verbs.h - one function a verb, each in its own file. They return CNI_OK or error->code. */
#ifndef WEIR_CNI_VERBS_H
#define WEIR_CNI_VERBS_H

#include <stddef.h>

#include "cni_request.h"
#include "cni_result.h"

extern const struct cni_verb cni_verbs[];
extern const size_t cni_verb_count;

int cni_add(const struct cni_request *request, struct cni_error *error);
int cni_del(const struct cni_request *request, struct cni_error *error);
int cni_check(const struct cni_request *request, struct cni_error *error);
int cni_status(const struct cni_request *request, struct cni_error *error);
int cni_gc(const struct cni_request *request, struct cni_error *error);
int cni_version(const struct cni_request *request, struct cni_error *error);

/* DEL by whoever needs one: the agent does it or, where it can't be reached, a note is left. */
int cni_detach(const struct cni_request *request, int timeout_ms, struct cni_error *error);

#endif
