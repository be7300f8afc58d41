/*
 * weir-cni: the CNI chained plugin. It checks what the runtime says, asks the agent, and prints one
 * JSON document. Start here: the verbs are in the files of their names.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "cni_request.h"
#include "cni_result.h"
#include "cni_verbs.h"

#define STANDARD_FD_COUNT 3

/*
 * A caller may have closed stdin, stdout or stderr. The next descriptor opened would take the
 * number, and a result would go down the agent's socket. These fail when used, as they should.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = 0; fd < STANDARD_FD_COUNT; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) != fd)
			_exit(1);
}

int main(void)
{
	struct cni_request request = {.verb = NULL};
	struct cni_error error = {.code = CNI_OK};
	int code;

	hold_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	code = cni_request_environment(&request, cni_verbs, cni_verb_count, &error);
	if (!code)
		code = cni_request_stdin(&request, &error);
	if (!code)
		code = cni_request_config(&request, &error);
	if (!code)
		code = request.verb->run(&request, &error);
	if (code)
		cni_result_print_error(&error, request.version);
	cni_error_free(&error);
	cni_request_free(&request);
	return code ? 1 : 0;
}
