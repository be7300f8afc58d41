package dev.weir.controller.flow;

/**
 * The process at one end of a flow.
 *
 * @param pid in the host's pid namespace
 * @param comm its command name, at most 15 characters
 */
public record FlowProcess(int pid, String comm) {}
