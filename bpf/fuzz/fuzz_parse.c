// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* For libFuzzer: any bytes are a frame. */
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	oracle_check(data, size);
	return 0;
}
