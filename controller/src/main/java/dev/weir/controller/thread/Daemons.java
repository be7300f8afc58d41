package dev.weir.controller.thread;

import java.util.concurrent.ThreadFactory;

/** Threads that the agent may end without. */
public final class Daemons {
    private Daemons() {}

    /**
     * @param name of each thread, cut by the kernel after 15 bytes
     */
    public static ThreadFactory named(final String name) {
        return task -> {
            final Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
