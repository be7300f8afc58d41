package dev.weir.controller.cost;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.TreeMap;

/** Where the agent's memory is, as far as the JVM knows it, in bytes. */
public final class MemoryUse {
    private MemoryUse() {}

    /** By kind: {@code heap}, {@code classes-and-code}, {@code direct-buffers}. */
    public static Map<String, Long> read() {
        final Map<String, Long> kinds = new TreeMap<>();
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        final MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        kinds.put("heap", heap.getCommitted());
        kinds.put("classes-and-code", other.getCommitted());
        for (final BufferPoolMXBean pool :
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                kinds.put("direct-buffers", pool.getMemoryUsed());
            }
        }
        return kinds;
    }
}
