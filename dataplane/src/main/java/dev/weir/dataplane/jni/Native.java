package dev.weir.dataplane.jni;

/**
 * Every native method, grouped as the C files are. Each answers with its result or a negated error
 * number; addresses belong to direct buffers that the caller keeps.
 */
public final class Native {
    static {
        NativeLibrary.load();
    }

    private Native() {}

    // weir_memory.c

    public static native long mapMemory(int fd, long offset, long length, boolean writable);

    public static native int unmapMemory(long address, long length);

    public static native int closeDescriptor(int fd);

    public static native int pageSize();

    public static native int possibleCpus();

    public static native int awaitGrace();

    public static native int pollReadable(int fd, int timeoutMillis);

    public static native long monotonicNanos();

    // weir_map.c

    public static native int mapCreate(
            int type, String name, int keySize, int valueSize, int maxEntries, int flags);

    public static native int mapLookup(int fd, long key, long value);

    public static native int mapUpdate(int fd, long key, long value, long flags);

    public static native int mapDelete(int fd, long key);

    public static native int mapNextKey(int fd, long key, long next);

    public static native int mapLookupBatch(
            int fd, long in, long out, long keys, long values, long count);

    public static native int mapUpdateBatch(int fd, long keys, long values, long count);

    public static native int mapDeleteBatch(int fd, long keys, long count);

    public static native int kernelObjectInfo(int fd, long info, int length);

    public static native int kernelObjectGet(String path);

    public static native int kernelObjectPin(int fd, String path);

    // weir_object.c

    public static native int objectMessages(long out, int capacity);

    public static native long objectOpen(String path, long log, int logSize);

    public static native int objectLoad(long object);

    public static native int objectClose(long object);

    public static native int objectSet(long object, String name, long value, int length);

    public static native int objectMapNames(long object, long out, int capacity);

    public static native int objectProgramNames(long object, long out, int capacity);

    public static native long objectMap(long object, String name);

    public static native int objectMapMaxEntries(long map, int entries);

    public static native int objectMapPinPath(long map, String path);

    public static native int objectMapDescriptor(long map);

    public static native int objectProgramDescriptor(long object, String name);

    // weir_program.c

    public static native int programTestRun(int fd, long run);

    public static native int programMeasure();

    public static native int programById(int id);

    public static native int programNextId(int id);

    public static native int programLoadEmpty(int type, int answer);

    public static native int programLoadCgroup(int attachType, int answer);

    // weir_link.c

    public static native int linkCreateTcx(int program, int ifIndex, int attachType);

    public static native int tcxCount(int ifIndex, int attachType);

    public static native int linkCreateXdp(int program, int ifIndex, int flags);

    public static native int cgroupRoot();

    public static native int linkCreateCgroup(int program, int cgroup, int attachType);

    public static native int linkUpdate(int link, int program);

    public static native int linkDetach(int link);

    public static native int clsactCreate(int ifIndex);

    public static native int clsactDestroy(int ifIndex);

    public static native int filterAttach(
            int ifIndex, boolean egress, int program, int handle, int priority);

    public static native int filterDetach(int ifIndex, boolean egress, int handle, int priority);

    public static native int filterQuery(int ifIndex, boolean egress, int handle, int priority);

    // weir_net.c

    public static native int netlinkOpen(int namespace, int protocol, int groups);

    public static native int socketSend(int fd, long data, int length);

    public static native int socketReceive(int fd, long data, int capacity, boolean wait);

    public static native int namespaceOpen(String path);

    public static native long namespaceInode(int fd);

    public static native int namespaceCookie(int namespace, long out);

    public static native int namespaceEnter(int namespace);

    public static native int namespaceUnshare();

    // weir_fs.c

    public static native long fileSystemMagic(String path);

    public static native int mountBpffs(String path);

    public static native int lockFolder(String path);

    public static native int unmount(String path);

    // weir_process.c

    public static native int processOpen(int pid);

    public static native int processCopy(int process, int fd);

    public static native int socketProtocol(String path, long out, int capacity);

    public static native int socketOption(int fd, int option);

    public static native int socketPort(int fd, boolean remote);
}
