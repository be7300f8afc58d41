/* agent.h - one question to the agent: HTTP/1.1 POST over its Unix socket, with a deadline. */
#ifndef WEIR_CNI_AGENT_H
#define WEIR_CNI_AGENT_H

#include "buffer.h"
#include "cni_request.h"
#include "cni_result.h"

#define AGENT_ANSWER_LIMIT (4u * 1024u * 1024u) /* bytes, head and body */

/*
 * How long to wait for the whole answer. A runtime gets error 11 within 2 s where no agent is at
 * work, and what is left of them is for starting us and for taking back. One that says "100
 * Continue" has the request and may take longer, as when a hundred containers start at once; its
 * own limit (rest.answerTimeout) comes first.
 */
enum agent_timeout_ms {
	AGENT_TIMEOUT_MS = 1700,
	AGENT_TIMEOUT_AT_WORK_MS = 35000,
	AGENT_TIMEOUT_STATUS_MS = 1000,
	AGENT_TIMEOUT_UNDO_MS = 200,
	AGENT_TIMEOUT_GC_MS = 10000, /* many containers, one answer */
};

struct agent_answer {
	struct buffer bytes; /* as received */
	int status;          /* HTTP's */
	const char *body;    /* in bytes, followed by a NUL */
	size_t body_length;
};

/*
 * Sends the request as command (the request's own verb, or DEL to take an ADD back) and reads the
 * answer. 0, or -errno: -ENOENT, -ECONNREFUSED, -EACCES.. nobody there; -ETIMEDOUT no answer in
 * time; -ECONNRESET half an answer; -EPROTO, -EMSGSIZE not an answer of ours; -ENOMEM.
 */
int agent_call(const struct cni_request *request, const char *command, int timeout_ms,
	struct agent_answer *answer);

/*
 * Finds status and body in answer->bytes. 1 when the answer is whole, 0 when more must come,
 * -EPROTO when it is none.
 */
int agent_answer_parse(struct agent_answer *answer);

/* Takes an interim answer (100 Continue) off the front. 1 when there was a whole one, 0 if not. */
int agent_answer_skip_interim(struct agent_answer *answer);

void agent_answer_free(struct agent_answer *answer);

/* Turns a failed call into an error of the given code that names the socket. Returns the code. */
int agent_failure(const struct cni_request *request, int err, int code, struct cni_error *error);

/*
 * The error that an answer other than 200 carries: the agent's own words where they are a CNI
 * error, else CNI_AGENT_NOT_UNDERSTOOD. Returns its code.
 */
int agent_refusal(const struct cni_request *request, const struct agent_answer *answer,
	struct cni_error *error);

/* Call and judge in one, for the verbs that print nothing. */
int agent_ask(const struct cni_request *request, int timeout_ms, int code_when_away,
	struct cni_error *error);

#endif
