#include "cni_verbs.h"

#define NEEDS_INTERFACE  (CNI_NEEDS_CONTAINER_ID | CNI_NEEDS_IFNAME)
#define NEEDS_ATTACHMENT (NEEDS_INTERFACE | CNI_NEEDS_NETNS)

const struct cni_verb cni_verbs[] = {
	{"ADD", NEEDS_ATTACHMENT, CNI_0_3_0, 1, cni_add},
	{"DEL", NEEDS_INTERFACE, CNI_0_3_0, 0, cni_del},
	{"CHECK", NEEDS_ATTACHMENT, CNI_0_4_0, 1, cni_check},
	{"STATUS", 0, CNI_1_1_0, 0, cni_status},
	{"GC", 0, CNI_1_1_0, 0, cni_gc},
	{"VERSION", 0, CNI_0_3_0, 0, cni_version},
};
const size_t cni_verb_count = sizeof(cni_verbs) / sizeof(cni_verbs[0]);
