#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "deadline.h"

#define AGENT_PATH         "/v1/cni"
#define REQUEST_LIMIT      (2u * CNI_CONFIG_LIMIT)
#define HEAD_LIMIT         16384u /* bytes of status line and headers */
#define STATUS_LINE        "HTTP/1.1 "
#define STATUS_LINE_LENGTH 9
#define STATUS_OK          200
#define STATUS_CONTINUE    "HTTP/1.1 100 "

/* {"command":..,"config":<stdin as it came>}: no key and no digit of the configuration is lost. */
static int write_body(const struct cni_request *request, const char *command, struct buffer *body)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "command", command,
		"containerId", request->container_id, "netns", request->netns, "ifname",
		request->ifname, "args", request->args, "path", request->path);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int err = -ENOMEM;

	json_decref(object);
	if (!text)
		return err;
	text[strlen(text) - 1] = '\0'; /* the closing brace comes after the configuration */
	err = buffer_append_text(body, text);
	if (!err)
		err = buffer_append_text(body, ",\"config\":");
	if (!err)
		err = buffer_append(body, request->text.bytes, request->text.length);
	if (!err)
		err = buffer_append_text(body, "}");
	free(text);
	return err;
}

static int write_request(
	const struct cni_request *request, const char *command, struct buffer *bytes)
{
	struct buffer body;
	char head[256];
	int err;

	buffer_init(&body, REQUEST_LIMIT);
	err = write_body(request, command, &body);
	if (!err) {
		snprintf(head, sizeof(head),
			"POST " AGENT_PATH " HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n"
			"Expect: 100-continue\r\n"
			"Content-Type: application/json\r\nAccept: application/json\r\n"
			"Content-Length: %zu\r\n\r\n",
			body.length);
		err = buffer_append_text(bytes, head);
	}
	if (!err)
		err = buffer_append(bytes, body.bytes, body.length);
	buffer_free(&body);
	return err;
}

/* A connected socket that never blocks, or -errno. */
static int connect_agent(const char *path, deadline_ms deadline)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	for (;;) {
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fd;
		err = -errno;
		/* EAGAIN: the agent's queue of connections is full; poll() can't tell when not. */
		if (err == -EAGAIN)
			err = deadline_pause(deadline);
		else if (err == -EINTR)
			err = 0;
		if (err) {
			close(fd);
			return err;
		}
	}
}

static int send_all(int fd, deadline_ms deadline, const struct buffer *bytes)
{
	size_t sent = 0;

	while (sent < bytes->length) {
		ssize_t written = send(fd, bytes->bytes + sent, bytes->length - sent, MSG_NOSIGNAL);
		int err = written < 0 ? -errno : 0;

		if (err == -EAGAIN)
			err = deadline_poll(deadline, fd, POLLOUT);
		else if (err == -EINTR)
			err = 0;
		/* An agent that refuses a request early closes its end; its answer is there. */
		else if (err == -EPIPE || err == -ECONNRESET)
			return 0;
		if (err)
			return err;
		if (written > 0)
			sent += (size_t)written;
	}
	return 0;
}

/* at_work_ms: how much longer an agent at work may take; 0 = no longer. */
static int receive(int fd, deadline_ms deadline, int at_work_ms, struct agent_answer *answer)
{
	for (;;) {
		long got;
		int err;

		if (agent_answer_skip_interim(answer) && at_work_ms) {
			deadline = deadline_in(at_work_ms);
			at_work_ms = 0; /* once */
		}
		err = agent_answer_parse(answer);

		if (err)
			return err < 0 ? err : 0;
		err = deadline_poll(deadline, fd, POLLIN);
		if (err)
			return err;
		got = buffer_read(&answer->bytes, fd);
		if (!got)
			return -ECONNRESET;
		if (got < 0 && got != -EAGAIN)
			return (int)got;
	}
}

int agent_call(const struct cni_request *request, const char *command, int timeout_ms,
	struct agent_answer *answer)
{
	deadline_ms deadline = deadline_in(timeout_ms);
	/* What is asked with less patience than that is to be quick in any case. */
	int at_work = timeout_ms < AGENT_TIMEOUT_MS ? 0 : AGENT_TIMEOUT_AT_WORK_MS;
	struct buffer bytes;
	int fd;
	int err;

	memset(answer, 0, sizeof(*answer));
	buffer_init(&answer->bytes, AGENT_ANSWER_LIMIT);
	buffer_init(&bytes, REQUEST_LIMIT);
	err = write_request(request, command, &bytes);
	if (!err) {
		fd = connect_agent(request->socket, deadline);
		err = fd < 0 ? fd : 0;
	}
	if (!err) {
		err = send_all(fd, deadline, &bytes);
		if (!err)
			err = receive(fd, deadline, at_work, answer);
		close(fd);
	}
	buffer_free(&bytes);
	return err;
}

/* The value of a header in [head, end), or NULL. */
static const char *find_header(const char *head, const char *end, const char *name)
{
	size_t length = strlen(name);
	const char *line = head;

	while (line < end) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		if (!next)
			next = end;
		if ((size_t)(next - line) > length && line[length] == ':' &&
			!strncasecmp(line, name, length))
			return line + length + 1;
		line = next + 1;
	}
	return NULL;
}

/* Decimal digits up to the end of the line; -1 for anything else and what passes the limit. */
static long header_number(const char *value)
{
	long number = 0;
	int digits = 0;

	while (*value == ' ' || *value == '\t')
		value++;
	for (; *value >= '0' && *value <= '9'; value++, digits++) {
		number = number * 10 + (*value - '0');
		if (number > (long)AGENT_ANSWER_LIMIT)
			return -1;
	}
	while (*value == ' ' || *value == '\t')
		value++;
	return digits && (*value == '\r' || *value == '\n') ? number : -1;
}

static int parse_status(const char *line)
{
	int status = 0;

	if (strncmp(line, STATUS_LINE, STATUS_LINE_LENGTH))
		return -EPROTO;
	line += STATUS_LINE_LENGTH;
	for (int i = 0; i < 3; i++, line++) {
		if (*line < '0' || *line > '9')
			return -EPROTO;
		status = status * 10 + (*line - '0');
	}
	return *line == ' ' || *line == '\r' ? status : -EPROTO;
}

int agent_answer_parse(struct agent_answer *answer)
{
	const char *head = answer->bytes.bytes;
	size_t length = answer->bytes.length;
	const char *end = length ? memmem(head, length, "\r\n\r\n", 4) : NULL;
	const char *value;
	long body_length;

	if (!end) {
		size_t known = length < STATUS_LINE_LENGTH ? length : STATUS_LINE_LENGTH;

		if (length > HEAD_LIMIT || (known && memcmp(head, STATUS_LINE, known)))
			return -EPROTO;
		return 0;
	}
	answer->status = parse_status(head);
	value = find_header(head, end + 2, "Content-Length");
	body_length = value ? header_number(value) : -1;
	if (answer->status < 0 || body_length < 0)
		return -EPROTO;
	answer->body = end + 4;
	answer->body_length = (size_t)body_length;
	return length - (size_t)(answer->body - head) >= answer->body_length;
}

int agent_answer_skip_interim(struct agent_answer *answer)
{
	char *head = answer->bytes.bytes;
	size_t length = answer->bytes.length;
	const char *end;
	size_t rest;

	if (length < sizeof(STATUS_CONTINUE) - 1 ||
		memcmp(head, STATUS_CONTINUE, sizeof(STATUS_CONTINUE) - 1))
		return 0;
	end = memmem(head, length, "\r\n\r\n", 4);
	if (!end)
		return 0;
	rest = length - (size_t)(end + 4 - head);
	memmove(head, end + 4, rest);
	head[rest] = '\0';
	answer->bytes.length = rest;
	return 1;
}

void agent_answer_free(struct agent_answer *answer)
{
	buffer_free(&answer->bytes);
	answer->body = NULL;
}

int agent_failure(const struct cni_request *request, int err, int code, struct cni_error *error)
{
	if (err == -ENOMEM)
		return cni_error_set(error, CNI_NO_MEMORY, "out of memory");
	if (err == -EPROTO || err == -EMSGSIZE) {
		cni_error_set(error, code == CNI_NOT_AVAILABLE ? code : CNI_AGENT_NOT_UNDERSTOOD,
			"agent at %s: answer not understood", request->socket);
		return cni_error_details(
			error, "expected: a Weir agent of this version behind the socket");
	}
	cni_error_set(error, code, "agent at %s: %s", request->socket,
		err == -ETIMEDOUT    ? "no answer in time"
		: err == -ECONNRESET ? "the answer ended early"
				     : strerror(-err));
	return cni_error_details(error,
		"is the agent running (systemctl status weir; weir status --socket %s)?",
		request->socket);
}

int agent_refusal(const struct cni_request *request, const struct agent_answer *answer,
	struct cni_error *error)
{
	json_t *object = json_loadb(answer->body, answer->body_length, 0, NULL);
	json_t *code = json_object_get(object, "code");
	json_t *msg = json_object_get(object, "msg");

	if (json_is_integer(code) && json_integer_value(code) > 0 &&
		json_integer_value(code) < 0x7fffffff && json_is_string(msg)) {
		cni_error_set(error, (int)json_integer_value(code), "%s", json_string_value(msg));
		error->agent_json = strndup(answer->body, answer->body_length);
	} else {
		cni_error_set(error, CNI_AGENT_NOT_UNDERSTOOD,
			"agent at %s: HTTP status %d without a CNI error", request->socket,
			answer->status);
		cni_error_details(error, "%.512s", answer->body);
	}
	json_decref(object);
	return error->code;
}

int agent_ask(const struct cni_request *request, int timeout_ms, int code_when_away,
	struct cni_error *error)
{
	struct agent_answer answer;
	int code = CNI_OK;
	int err = agent_call(request, request->verb->name, timeout_ms, &answer);

	if (err)
		code = agent_failure(request, err, code_when_away, error);
	else if (answer.status != STATUS_OK)
		code = agent_refusal(request, &answer, error);
	agent_answer_free(&answer);
	return code;
}
