package dev.weir.controller.flow;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.weir.dataplane.layout.ProcessVia;

/**
 * The process at one end of a flow.
 *
 * @param pid in the host's pid namespace
 * @param comm its command name, at most 15 characters
 * @param via what it was seen to do with the socket: connect, close, bind or make it
 */
public record FlowProcess(
        int pid, String comm, @JsonSerialize(using = LowerCaseSerializer.class) ProcessVia via) {}
