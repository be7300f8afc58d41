/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* abi_size.h - part of abi.h: what every structure there states of itself. */
#ifndef WEIR_ABI_SIZE_H
#define WEIR_ABI_SIZE_H

#define WEIR_ASSERT_SIZE(type, size) _Static_assert(sizeof(struct type) == (size), #type " is ABI")

#endif
