package dev.weir.dataplane.table;

/**
 * Fill and memory of one table.
 *
 * @param name of the map, such as {@code weir_flows}
 * @param type kernel's name of the map type, lower case
 * @param capacity entries it can hold; the ring buffer: bytes
 * @param entries it holds; -1 where counting costs too much to do in passing
 * @param bytes of kernel memory
 */
public record TableUsage(String name, String type, long capacity, long entries, long bytes) {}
