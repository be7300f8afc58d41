#include "agent.h"
#include "cni_verbs.h"

#define VALID_ATTACHMENTS "cni.dev/valid-attachments"

int cni_gc(const struct cni_request *request, struct cni_error *error)
{
	const json_t *valid = json_object_get(request->config, VALID_ATTACHMENTS);

	/* null is what libcni sends for an empty list. No key at all would take everything away. */
	if (!json_is_array(valid) && !json_is_null(valid))
		return cni_error_set(error, CNI_INVALID_CONFIG,
			VALID_ATTACHMENTS
			": %s (expected: a list of {\"containerID\", \"ifname\"}, empty for none)",
			valid ? "not a list" : "missing");
	return agent_ask(request, AGENT_TIMEOUT_GC_MS, CNI_TRY_AGAIN_LATER, error);
}
