#include "agent.h"
#include "cni_verbs.h"
#include "delete_note.h"

#include <errno.h>
#include <string.h>

static int is_object(const struct agent_answer *answer)
{
	json_t *value = json_loadb(
		answer->body, answer->body_length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
	int is = json_is_object(value);

	json_decref(value);
	return is;
}

/* The runtime will hear of an error, so the container must not stay with the agent. */
static void take_back(const struct cni_request *request)
{
	struct cni_error ignored = {.code = CNI_OK};

	cni_detach(request, AGENT_TIMEOUT_UNDO_MS, &ignored);
	cni_error_free(&ignored);
}

static int print(const struct cni_request *request, const struct agent_answer *answer,
	struct cni_error *error)
{
	int err;

	if (!is_object(answer)) {
		take_back(request);
		return agent_failure(request, -EPROTO, CNI_TRY_AGAIN_LATER, error);
	}
	/* A DEL of an earlier life that no agent heard must not hit this one. */
	delete_note_remove(request);
	err = cni_result_print(answer->body, answer->body_length);
	if (!err)
		return CNI_OK;
	take_back(request);
	return cni_error_set(
		error, CNI_IO_FAILURE, "stdout: cannot be written: %s", strerror(-err));
}

int cni_add(const struct cni_request *request, struct cni_error *error)
{
	struct agent_answer answer;
	int code;
	int err = agent_call(request, "ADD", AGENT_TIMEOUT_MS, &answer);

	if (err) {
		code = agent_failure(request, err, CNI_TRY_AGAIN_LATER, error);
		if (err == -ECONNRESET || err == -EPROTO || err == -EMSGSIZE)
			take_back(request); /* it may well have attached the container */
	} else if (answer.status != 200) {
		code = agent_refusal(request, &answer, error);
	} else {
		code = print(request, &answer, error);
	}
	agent_answer_free(&answer);
	return code;
}
