#include "agent.h"
#include "cni_verbs.h"

int cni_check(const struct cni_request *request, struct cni_error *error)
{
	return agent_ask(request, AGENT_TIMEOUT_MS, CNI_TRY_AGAIN_LATER, error);
}
