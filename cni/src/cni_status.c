#include "agent.h"
#include "cni_verbs.h"

int cni_status(const struct cni_request *request, struct cni_error *error)
{
	return agent_ask(request, AGENT_TIMEOUT_STATUS_MS, CNI_NOT_AVAILABLE, error);
}
