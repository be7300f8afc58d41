/*
 * delete_note.h - a DEL that no agent heard, kept in <socket>.deletes until one starts.
 *
 * One file a container interface, {"containerId","ifname","netns","network"}, named after them, so
 * that asking again makes no second note. The agent reads the files whose names end in .json.
 */
#ifndef WEIR_CNI_DELETE_NOTE_H
#define WEIR_CNI_DELETE_NOTE_H

#include "cni_request.h"

/* Durable when it returns 0; else -errno. */
int delete_note_write(const struct cni_request *request);

/* Takes it back; nothing happens where there is none. */
void delete_note_remove(const struct cni_request *request);

#endif
