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

#define NEEDS_INTERFACE   (CNI_NEEDS_CONTAINER_ID | CNI_NEEDS_IFNAME)
#define NEEDS_ATTACHMENT  (NEEDS_INTERFACE | CNI_NEEDS_NETNS)
#define STANDARD_FD_COUNT 3

static const struct cni_verb verbs[] = {
	{"ADD", NEEDS_ATTACHMENT, CNI_0_3_0, 1, cni_add},
	{"DEL", NEEDS_INTERFACE, CNI_0_3_0, 0, cni_del},
	{"CHECK", NEEDS_ATTACHMENT, CNI_0_4_0, 1, cni_check},
	{"STATUS", 0, CNI_1_1_0, 0, cni_status},
	{"GC", 0, CNI_1_1_0, 0, cni_gc},
	{"VERSION", 0, CNI_0_3_0, 0, cni_version},
};

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
	code = cni_request_environment(&request, verbs, sizeof(verbs) / sizeof(verbs[0]), &error);
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
