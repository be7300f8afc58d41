/*
 * fuzz.c - feeds mutated configurations and agent's answers to the plugin's parsers.
 *
 * fuzz ROUNDS CORPUS: every file of CORPUS (config-*, answer-*) as it is, then ROUNDS mutations of
 * them, the same in every run. The sanitizers say what is wrong; the checks here say what a parser
 * promises. A failing input is left in fuzz-crash for a debugger.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "cni_request.h"
#include "cni_result.h"
#include "cni_verbs.h"

#define SEED_LIMIT     64
#define INPUT_LIMIT    65536
#define MUTATION_LIMIT 8
#define CRASH_FILE     "target/fuzz-crash"

struct seed {
	char name[256];
	char bytes[INPUT_LIMIT];
	size_t length;
};

static struct seed seeds[SEED_LIMIT];
static size_t seed_count;

static const char *const tokens[] = {"null", "{}", "[]", "\"\"", "\\u0000", "\xff", "-1", "1e999",
	"99999999999999999999", "cniVersion", "prevResult", "\"1.0.0\"", "\r\n\r\n",
	"Content-Length: ", "HTTP/1.1 200", "18446744073709551616", "{\"a\":", "[[[[[[[["};

static void promise(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: broken promise: %s (input in %s)\n", what, CRASH_FILE);
	abort();
}

static uint64_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t limit)
{
	return limit ? (size_t)(next_random() % limit) : 0;
}

static void try_config(const struct cni_verb *verb, const char *bytes, size_t length)
{
	struct cni_request request = {.verb = verb, .version = "1.1.0"};
	struct cni_error error = {.code = CNI_OK};
	int code;

	buffer_init(&request.text, CNI_CONFIG_LIMIT);
	promise(!buffer_append(&request.text, bytes, length), "input fits");
	code = cni_request_config(&request, &error);
	promise(code == error.code, "what is returned is what is set");
	if (code) {
		promise(error.msg[0] != '\0', "an error says what it is");
		cni_result_print_error(&error, request.version);
	} else if (verb->needs_prev_result) {
		promise(json_is_object(json_object_get(request.config, "prevResult")),
			"a chained verb has a previous result");
		promise(request.socket[0] == '/', "the socket is an absolute path");
		promise(request.network[0] != '\0', "the network has a name");
	}
	cni_error_free(&error);
	cni_request_free(&request);
}

/* An answer arrives in two parts at any place. */
static void try_answer(const char *bytes, size_t length)
{
	struct cni_request request = {.socket = "/run/weir/weir.sock"};
	struct cni_error error = {.code = CNI_OK};
	struct agent_answer answer = {.status = 0};
	size_t first = below(length + 1);
	int whole;

	buffer_init(&answer.bytes, AGENT_ANSWER_LIMIT);
	promise(!buffer_append(&answer.bytes, bytes, first), "input fits");
	agent_answer_skip_interim(&answer);
	whole = agent_answer_parse(&answer);
	if (!whole) {
		promise(!buffer_append(&answer.bytes, bytes + first, length - first), "it fits");
		agent_answer_skip_interim(&answer);
		whole = agent_answer_parse(&answer);
	}
	if (whole == 1) {
		promise(answer.body >= answer.bytes.bytes &&
				answer.body + answer.body_length <=
					answer.bytes.bytes + answer.bytes.length,
			"the body is inside of what was received");
		promise(agent_refusal(&request, &answer, &error) != CNI_OK,
			"a refusal is an error");
		cni_result_print_error(&error, "1.1.0");
	}
	cni_error_free(&error);
	agent_answer_free(&answer);
}

static void try_one(const struct seed *seed, const char *bytes, size_t length, size_t round)
{
	if (!strncmp(seed->name, "answer", strlen("answer")))
		try_answer(bytes, length);
	else
		try_config(&cni_verbs[round % cni_verb_count], bytes, length);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In the order of their names, so that every run is the same. */
static void load_corpus(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_shown, alphasort);

	promise(count > 0 && count <= SEED_LIMIT, "the corpus has files, and not too many");
	for (int i = 0; i < count; i++) {
		struct seed *seed = &seeds[seed_count++];
		char path[PATH_MAX];
		FILE *file;

		snprintf(seed->name, sizeof(seed->name), "%s", entries[i]->d_name);
		snprintf(path, sizeof(path), "%s/%s", folder, seed->name);
		file = fopen(path, "r");
		promise(file != NULL, "a corpus file can be read");
		seed->length = fread(seed->bytes, 1, sizeof(seed->bytes), file);
		fclose(file);
		free(entries[i]);
	}
	free(entries);
}

static size_t insert(char *bytes, size_t length, const char *what, size_t what_length)
{
	size_t at = below(length + 1);

	if (length + what_length > INPUT_LIMIT)
		return length;
	memmove(bytes + at + what_length, bytes + at, length - at);
	memcpy(bytes + at, what, what_length);
	return length + what_length;
}

static size_t erase(char *bytes, size_t length)
{
	size_t at = below(length);
	size_t count = below(length - at + 1);

	memmove(bytes + at, bytes + at + count, length - at - count);
	return length - count;
}

static size_t mutate(char *bytes, size_t length)
{
	const struct seed *other = &seeds[below(seed_count)];
	const char *token = tokens[below(sizeof(tokens) / sizeof(tokens[0]))];
	size_t from = below(other->length);

	switch (below(6)) {
	case 0:
		if (length)
			bytes[below(length)] ^= (char)(1u << below(8));
		return length;
	case 1:
		if (length)
			bytes[below(length)] = (char)next_random();
		return length;
	case 2:
		return insert(bytes, length, token, strlen(token));
	case 3:
		return insert(bytes, length, other->bytes + from, below(other->length - from));
	case 4:
		return erase(bytes, length);
	default:
		return below(length + 1);
	}
}

static void leave_input(const char *bytes, size_t length)
{
	static int fd = -1;

	if (fd < 0)
		fd = open(CRASH_FILE, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (pwrite(fd, bytes, length, 0) < 0 || ftruncate(fd, (off_t)length))
		perror(CRASH_FILE);
}

int main(int argc, char **argv)
{
	static char bytes[INPUT_LIMIT];
	size_t rounds;

	if (argc != 3) {
		fprintf(stderr, "usage: fuzz ROUNDS CORPUS\n");
		return 2;
	}
	rounds = strtoul(argv[1], NULL, 10);
	load_corpus(argv[2]);
	promise(freopen("/dev/null", "w", stdout) != NULL, "stdout can be sent away");
	for (size_t i = 0; i < seed_count; i++)
		for (size_t verb = 0; verb < cni_verb_count; verb++)
			try_one(&seeds[i], seeds[i].bytes, seeds[i].length, verb);
	for (size_t round = 0; round < rounds; round++) {
		const struct seed *seed = &seeds[below(seed_count)];
		size_t length = seed->length;

		memcpy(bytes, seed->bytes, length);
		for (size_t i = 1 + below(MUTATION_LIMIT); i > 0; i--)
			length = mutate(bytes, length);
		leave_input(bytes, length);
		try_one(seed, bytes, length, round);
	}
	unlink(CRASH_FILE);
	fprintf(stderr, "fuzz: %zu files, %zu mutations, no finding\n", seed_count, rounds);
	return 0;
}
