// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Registers the native methods: the only symbol that others can see is JNI_OnLoad. */
#include <errno.h>
#include "weir_jni.h"

int weir_string(JNIEnv *env, jstring text, char out[PATH_MAX])
{
	jsize bytes = (*env)->GetStringUTFLength(env, text);

	if (bytes >= PATH_MAX)
		return -ENAMETOOLONG;
	(*env)->GetStringUTFRegion(env, text, 0, (*env)->GetStringLength(env, text), out);
	out[bytes] = 0;
	return 0;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	const struct weir_methods *const all[] = {
		&weir_memory_methods,
		&weir_map_methods,
		&weir_object_methods,
		&weir_program_methods,
		&weir_link_methods,
		&weir_net_methods,
		&weir_fs_methods,
		&weir_process_methods,
	};
	JNIEnv *env;
	jclass cls;
	jint i;

	(void)reserved;
	if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK)
		return JNI_ERR;
	cls = (*env)->FindClass(env, "dev/weir/dataplane/jni/Native");
	if (!cls)
		return JNI_ERR;
	for (i = 0; i < WEIR_COUNT(all); i++) {
		if ((*env)->RegisterNatives(env, cls, all[i]->table, all[i]->count) != 0)
			return JNI_ERR;
	}
	return JNI_VERSION_1_8;
}
