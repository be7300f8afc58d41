#include "cni_request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "deadline.h"

#define DEFAULT_SOCKET     "/run/weir/weir.sock"
#define STDIN_TIMEOUT_MS   10000
#define VARIABLE_LIMIT     65536u /* bytes of one variable */
#define IFNAME_LIMIT       16u    /* IFNAMSIZ: 15 characters and the NUL */
#define FORBIDDEN_IN_NAMES " \t\n\v\f\r/:"

const char *const cni_version_names[CNI_VERSION_COUNT] = {
	"0.3.0",
	"0.3.1",
	"0.4.0",
	"1.0.0",
	"1.1.0",
};

/* Collects "NAME: why" of every bad variable, so that one run tells all. */
struct complaints {
	char text[512];
	size_t length;
};

static void complain(struct complaints *complaints, const char *variable, const char *why)
{
	size_t room = sizeof(complaints->text) - complaints->length;
	int written = snprintf(complaints->text + complaints->length, room, "%s%s %s",
		complaints->length ? "; " : "", variable, why);

	if (written > 0)
		complaints->length += (size_t)written < room ? (size_t)written : room - 1;
}

static int is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The form that the specification gives to container ids and to network names. */
static int is_identifier(const char *text)
{
	if (!is_alphanumeric(text[0]))
		return 0;
	for (const char *c = text; *c; c++)
		if (!is_alphanumeric(*c) && *c != '_' && *c != '.' && *c != '-')
			return 0;
	return 1;
}

static int is_interface_name(const char *text)
{
	return text[0] && strlen(text) < IFNAME_LIMIT && strcmp(text, ".") && strcmp(text, "..") &&
	       !text[strcspn(text, FORBIDDEN_IN_NAMES)];
}

static int is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string != NULL;
}

/* Never NULL: an unset variable is an empty one, and the specification treats both alike. */
static const char *variable(struct complaints *complaints, const char *name, int needed)
{
	const char *value = getenv(name);

	if (!value || !value[0]) {
		if (needed)
			complain(complaints, name, "is missing");
		return "";
	}
	if (strlen(value) > VARIABLE_LIMIT) {
		complain(complaints, name, "is too long (expected: at most 65536 bytes)");
		return "";
	}
	if (!is_utf8(value)) {
		complain(complaints, name, "is not UTF-8");
		return "";
	}
	return value;
}

static const struct cni_verb *find_verb(
	const char *name, const struct cni_verb *verbs, size_t verb_count)
{
	for (size_t i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

int cni_request_environment(struct cni_request *request, const struct cni_verb *verbs,
	size_t verb_count, struct cni_error *error)
{
	struct complaints complaints = {.length = 0};
	const char *command = variable(&complaints, "CNI_COMMAND", 1);
	unsigned needs = 0;

	request->version = cni_version_names[CNI_VERSION_NEWEST];
	request->verb = find_verb(command, verbs, verb_count);
	if (request->verb)
		needs = request->verb->needs;
	else if (command[0])
		complain(&complaints, "CNI_COMMAND",
			"is not known (expected: ADD, DEL, CHECK, STATUS, GC or VERSION)");
	request->container_id =
		variable(&complaints, "CNI_CONTAINERID", needs & CNI_NEEDS_CONTAINER_ID);
	if (request->container_id[0] && !is_identifier(request->container_id))
		complain(&complaints, "CNI_CONTAINERID",
			"is malformed (expected: letters, digits, '_', '.', '-')");
	request->netns = variable(&complaints, "CNI_NETNS", needs & CNI_NEEDS_NETNS);
	request->ifname = variable(&complaints, "CNI_IFNAME", needs & CNI_NEEDS_IFNAME);
	if (request->ifname[0] && !is_interface_name(request->ifname))
		complain(&complaints, "CNI_IFNAME",
			"is no interface name (expected: 1 to 15 characters, no '/', ':', space)");
	request->args = variable(&complaints, "CNI_ARGS", 0);
	request->path = variable(&complaints, "CNI_PATH", 0);
	if (!complaints.length)
		return CNI_OK;
	return cni_error_set(error, CNI_INVALID_ENVIRONMENT, "%s", complaints.text);
}

int cni_request_stdin(struct cni_request *request, struct cni_error *error)
{
	deadline_ms deadline = deadline_in(STDIN_TIMEOUT_MS);
	long got;

	buffer_init(&request->text, CNI_CONFIG_LIMIT);
	do {
		got = deadline_poll(deadline, STDIN_FILENO, POLLIN);
		if (!got)
			got = buffer_read(&request->text, STDIN_FILENO);
		else if (got != -ETIMEDOUT)
			break;
	} while (got > 0);
	if (got == -EMSGSIZE)
		return cni_error_set(error, CNI_DECODING_FAILURE,
			"stdin: more than %u bytes (expected: a network configuration of at most "
			"that)",
			CNI_CONFIG_LIMIT);
	if (got < 0)
		return cni_error_set(
			error, CNI_IO_FAILURE, "stdin: cannot be read: %s", strerror((int)-got));
	return CNI_OK;
}

static const char *type_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "a boolean",
		[JSON_FALSE] = "a boolean",
		[JSON_NULL] = "null",
	};

	return names[json_typeof(value)];
}

static int wrong_type(
	struct cni_error *error, const char *key, const json_t *value, const char *expected)
{
	return cni_error_set(error, CNI_INVALID_CONFIG, "%s: %s (expected: %s)", key,
		type_name(value), expected);
}

static int parse(struct cni_request *request, struct cni_error *error)
{
	json_error_t where;

	/* Big integers of foreign keys must not stop us: their text goes on as it is. */
	request->config = json_loadb(request->text.bytes ? request->text.bytes : "",
		request->text.length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &where);
	if (!request->config) {
		cni_error_set(error, CNI_DECODING_FAILURE,
			"stdin: not a JSON object (expected: a network configuration)");
		return cni_error_details(
			error, "line %d, column %d: %s", where.line, where.column, where.text);
	}
	if (!json_is_object(request->config))
		return cni_error_set(error, CNI_DECODING_FAILURE,
			"stdin: %s (expected: an object, the network configuration)",
			type_name(request->config));
	return CNI_OK;
}

static int find_version(const char *name)
{
	for (int version = 0; version < CNI_VERSION_COUNT; version++)
		if (!strcmp(cni_version_names[version], name))
			return version;
	return -1;
}

static int check_version(struct cni_request *request, struct cni_error *error)
{
	const json_t *value = json_object_get(request->config, "cniVersion");
	const char *name = "0.1.0"; /* what the specification says a missing one means */
	int version;

	if (value && !json_is_string(value))
		return wrong_type(error, "cniVersion", value, "a string like \"1.0.0\"");
	if (value && json_string_length(value))
		name = json_string_value(value);
	version = find_version(name);
	if (version >= 0)
		request->version = cni_version_names[version];
	if (version >= (int)request->verb->since)
		return CNI_OK;
	if (version >= 0)
		return cni_error_set(error, CNI_INCOMPATIBLE_VERSION,
			"cniVersion: %s has no %s (expected: at least %s)", name,
			request->verb->name, cni_version_names[request->verb->since]);
	if (!strcmp(request->verb->name, "VERSION"))
		return CNI_OK;
	return cni_error_set(error, CNI_INCOMPATIBLE_VERSION,
		"cniVersion: %.64s (expected: 0.3.0, 0.3.1, 0.4.0, 1.0.0 or 1.1.0)", name);
}

static int check_socket(struct cni_request *request, struct cni_error *error)
{
	const json_t *value = json_object_get(request->config, "socket");
	const size_t limit = sizeof(((struct sockaddr_un *)0)->sun_path);

	request->socket = DEFAULT_SOCKET;
	if (!value)
		return CNI_OK;
	if (!json_is_string(value))
		return wrong_type(
			error, "socket", value, "the absolute path of the agent's socket");
	request->socket = json_string_value(value);
	if (request->socket[0] != '/' || json_string_length(value) >= limit ||
		strlen(request->socket) != json_string_length(value))
		return cni_error_set(error, CNI_INVALID_CONFIG,
			"socket: %.128s (expected: an absolute path of less than %zu bytes)",
			request->socket, limit);
	return CNI_OK;
}

static int check_network(struct cni_request *request, struct cni_error *error)
{
	const json_t *name = json_object_get(request->config, "name");

	request->network = "";
	if (!name)
		return cni_error_set(error, CNI_INVALID_CONFIG,
			"name: missing (expected: the name of the network)");
	if (!json_is_string(name))
		return wrong_type(error, "name", name, "a string, the name of the network");
	request->network = json_string_value(name);
	if (!is_identifier(request->network) ||
		strlen(request->network) != json_string_length(name))
		return cni_error_set(error, CNI_INVALID_CONFIG,
			"name: \"%.128s\" (expected: letters, digits, '_', '.', '-', beginning "
			"with "
			"a letter or a digit)",
			request->network);
	return CNI_OK;
}

static int check_prev_result(const struct cni_request *request, struct cni_error *error)
{
	const json_t *prev = json_object_get(request->config, "prevResult");

	if (!request->verb->needs_prev_result)
		return CNI_OK;
	if (!prev || json_is_null(prev))
		return cni_error_set(error, CNI_INVALID_CONFIG,
			"prevResult: missing (expected: weir-cni after the plugin that makes the "
			"interface, in a chain)");
	if (!json_is_object(prev))
		return wrong_type(error, "prevResult", prev, "an object, a CNI result");
	return CNI_OK;
}

static int check_labels(const struct cni_request *request, struct cni_error *error)
{
	json_t *labels = json_object_get(request->config, "labels");
	const char *key;
	json_t *value;

	if (!labels || json_is_null(labels))
		return CNI_OK;
	if (!json_is_object(labels))
		return wrong_type(error, "labels", labels, "an object of strings");
	json_object_foreach(labels, key, value)
	{
		if (!json_is_string(value))
			return cni_error_set(error, CNI_INVALID_CONFIG,
				"labels.%.128s: %s (expected: a string)", key, type_name(value));
	}
	return CNI_OK;
}

int cni_request_config(struct cni_request *request, struct cni_error *error)
{
	int is_version = !strcmp(request->verb->name, "VERSION");
	int code;

	/* Who asks for the versions by hand has no configuration at hand. */
	if (is_version && !request->text.length)
		return CNI_OK;
	code = parse(request, error);
	if (!code)
		code = check_version(request, error);
	if (code || is_version)
		return code;
	code = check_network(request, error);
	if (!code)
		code = check_socket(request, error);
	if (!code)
		code = check_labels(request, error);
	if (!code)
		code = check_prev_result(request, error);
	return code;
}

void cni_request_free(struct cni_request *request)
{
	buffer_free(&request->text);
	json_decref(request->config);
	request->config = NULL;
}
