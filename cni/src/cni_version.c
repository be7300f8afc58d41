#include "cni_verbs.h"

#include <stdlib.h>
#include <string.h>

int cni_version(const struct cni_request *request, struct cni_error *error)
{
	json_t *supported = json_array();
	json_t *answer;
	char *text;
	int err;

	for (int version = 0; version < CNI_VERSION_COUNT; version++)
		json_array_append_new(supported, json_string(cni_version_names[version]));
	answer = json_pack(
		"{s:s, s:o}", "cniVersion", request->version, "supportedVersions", supported);
	text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	json_decref(answer);
	if (!text)
		return cni_error_set(error, CNI_NO_MEMORY, "out of memory");
	err = cni_result_print(text, strlen(text));
	free(text);
	if (err)
		return cni_error_set(
			error, CNI_IO_FAILURE, "stdout: cannot be written: %s", strerror(-err));
	return CNI_OK;
}
