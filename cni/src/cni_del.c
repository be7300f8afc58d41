#include "agent.h"
#include "cni_verbs.h"
#include "delete_note.h"

#include <errno.h>
#include <string.h>

/* 0: the agent has answered, and code says what. Else -errno: it has to be told later. */
static int ask_agent(
	const struct cni_request *request, int timeout_ms, struct cni_error *error, int *code)
{
	struct agent_answer answer;
	int err = agent_call(request, "DEL", timeout_ms, &answer);

	*code = CNI_OK;
	if (!err && answer.status != 200) {
		*code = agent_refusal(request, &answer, error);
		if (!error->agent_json)
			err = -EPROTO; /* somebody answered, but no agent of ours */
		else if (*code == CNI_TRY_AGAIN_LATER)
			err = -EAGAIN; /* it is on its way out; the next one reads notes */
	}
	agent_answer_free(&answer);
	return err;
}

static int note_failed(const struct cni_request *request, int err, struct cni_error *error)
{
	cni_error_set(error, CNI_IO_FAILURE,
		"agent at %s: not reachable, and a note for it cannot be written to %s.deletes: %s",
		request->socket, request->socket, strerror(-err));
	return cni_error_details(error, "start the agent, or make the folder writable");
}

int cni_detach(const struct cni_request *request, int timeout_ms, struct cni_error *error)
{
	int code;
	int away = ask_agent(request, timeout_ms, error, &code);
	int err;

	if (!away)
		return code;
	err = delete_note_write(request);
	if (err)
		return note_failed(request, err, error);
	/*
	 * An agent that came up meanwhile may have looked for notes before this one was there. One
	 * that comes up after this second question finds it, because it looks once it listens.
	 */
	if ((away == -ENOENT || away == -ECONNREFUSED) &&
		!ask_agent(request, timeout_ms, error, &code)) {
		delete_note_remove(request);
		return code;
	}
	return CNI_OK;
}

int cni_del(const struct cni_request *request, struct cni_error *error)
{
	return cni_detach(request, AGENT_TIMEOUT_MS, error);
}
