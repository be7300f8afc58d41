package dev.weir.dataplane.feature;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.link.CgroupHook;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.link.RootCgroup;
import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BatchWriter;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapInfo;
import dev.weir.dataplane.map.MapType;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.netlink.ScratchNamespace;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.process.SocketHolder;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** Tries each capability, on objects and in a namespace of its own. */
public final class FeatureProbe {
    private static final int LOOPBACK = 1;
    private static final int TC_PASS = -1;
    private static final int XDP_PASS = 2;
    private static final int CGROUP_ALLOW = 1;

    private FeatureProbe() {}

    /** Something that works or throws. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    /** Tries all of them; takes some milliseconds and needs CAP_SYS_ADMIN. */
    public static KernelFeatures run() {
        final Map<Feature, Support> support = new EnumMap<>(Feature.class);
        attempt(support, Feature.MMAPABLE_ARRAYS, FeatureProbe::mmapableArray);
        attempt(support, Feature.RING_BUFFER, () -> make(MapType.RINGBUF, 0, 0, 4096, 0).close());
        attempt(support, Feature.BATCH_OPERATIONS, FeatureProbe::batch);
        attempt(support, Feature.LRU_HASH, () -> make(MapType.LRU_HASH, 4, 4, 16, 0).close());
        attempt(
                support,
                Feature.LPM_TRIE,
                () -> make(MapType.LPM_TRIE, 8, 4, 16, MapInfo.NO_PREALLOC).close());
        attempt(support, Feature.TCX, () -> ScratchNamespace.call(FeatureProbe::tcx));
        attempt(
                support,
                Feature.XDP_NATIVE_VETH,
                () -> ScratchNamespace.call(FeatureProbe::nativeXdp));
        attempt(support, Feature.NETNS_COOKIE, FeatureProbe::cookie);
        attempt(support, Feature.CGROUP_SOCKETS, FeatureProbe::cgroupSockets);
        attempt(support, Feature.PIDFD_GETFD, SocketHolder::probe);
        attempt(support, Feature.REDIRECT_COUNTED, FeatureProbe::redirectCounted);
        return new KernelFeatures(support);
    }

    private static void attempt(
            final Map<Feature, Support> support, final Feature feature, final Attempt attempt) {
        support.put(feature, result(feature, attempt));
    }

    private static Support result(final Feature feature, final Attempt attempt) {
        try {
            attempt.run();
            return Support.YES;
        } catch (final BpfException | UnsupportedOperationException | IOException e) {
            return Support.no(
                    feature.text()
                            + ": "
                            + e.getMessage()
                            + " (expected: kernel "
                            + feature.since()
                            + " or later)");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (final Exception e) {
            throw new IllegalStateException("probe of " + feature.text(), e);
        }
    }

    private static BpfMap make(
            final MapType type,
            final int keySize,
            final int valueSize,
            final int entries,
            final int flags) {
        return BpfMap.create("weir_probe", type, keySize, valueSize, entries, flags);
    }

    private static void mmapableArray() {
        try (BpfMap map = make(MapType.ARRAY, 4, 8, 1, MapInfo.MMAPABLE);
                MappedMemory memory = MappedMemory.ofArray(map)) {
            memory.view(0, Long.BYTES).putLong(0, 1);
        }
    }

    private static void batch() {
        try (BpfMap map = make(MapType.HASH, 4, 4, 16, 0)) {
            final BatchWriter writer = new BatchWriter(map);
            BpfException.check(writer.write(1), "write batch to map", map.name());
            if (new BatchReader(map).count() != 1) {
                throw new UnsupportedOperationException("what was written was not read");
            }
        }
    }

    private static Void tcx() {
        try (BpfProgram program = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS);
                KernelLink link = KernelLink.tcx(program, LOOPBACK, false)) {
            link.detach();
        }
        return null;
    }

    private static Void nativeXdp() {
        final int ifIndex = ScratchNamespace.addVeth("probe");
        try (BpfProgram program = BpfProgram.empty(BpfProgram.XDP, XDP_PASS);
                KernelLink link = KernelLink.xdp(program, ifIndex, false)) {
            link.detach();
        }
        return null;
    }

    private static void cgroupSockets() {
        final CgroupHook hook = CgroupHook.SOCKET_RELEASE;
        try (BpfProgram program = BpfProgram.emptyAtSockets(hook.number(), CGROUP_ALLOW);
                RootCgroup root = RootCgroup.open()) {
            KernelLink.cgroup(program, root, hook).close();
        }
    }

    /**
     * bpf_redirect_peer() counts for the devices that say by this member of struct net_device how
     * they count; both came together (net/core/filter.c, skb_do_redirect()).
     */
    private static void redirectCounted() throws IOException {
        if (!KernelTypes.name("pcpu_stat_type")) {
            throw new UnsupportedOperationException("bpf_redirect_peer() counts nothing");
        }
    }

    private static void cookie() {
        try (NetworkNamespace own = NetworkNamespace.current()) {
            if (own.cookie() == 0) {
                throw new UnsupportedOperationException("SO_NETNS_COOKIE is unknown");
            }
        }
    }
}
