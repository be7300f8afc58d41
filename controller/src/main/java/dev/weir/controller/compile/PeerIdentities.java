package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.identity.BlockSet;
import dev.weir.controller.identity.BlockSets;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.identity.StableNumbers;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Numbers all peers that policies can tell apart: from those of before, what came and went. */
final class PeerIdentities {
    private final BlockSets blocks;
    private final Peers before;
    private final StableNumbers numbers;
    private final Map<Peer, Integer> local;
    private final Map<BlockSet, Integer> outside;
    private final ArrayMap.Editor<Integer, IdentityInfo> infos;
    private final ArrayMap.Editor<Integer, Workload> workloads;
    private final Set<Integer> gone = new HashSet<>();
    private final Map<IpBlock, List<Integer>> comeByBlock = new HashMap<>();
    private final Set<IpBlock> blocksOfGone = new HashSet<>();

    PeerIdentities(
            final LocalPeers there,
            final BlockSets blocks,
            final Peers before,
            final Numbering previous) {
        this.blocks = blocks;
        this.before = before;
        this.numbers =
                new StableNumbers(
                        previous.identities(),
                        before.numbers(),
                        IdentityInfo.FIRST,
                        Integer.MAX_VALUE,
                        previous.nextIdentity());
        this.infos = before.infos().edit();
        this.workloads = before.workloads().edit();
        final Set<Peer> come = new HashSet<>();
        final Set<Peer> go = new HashSet<>();
        compareLocal(there.all(), come, go);
        final boolean sameLocal = come.isEmpty() && go.isEmpty();
        this.local = sameLocal ? before.local() : new HashMap<>(before.local());
        compareOutside(come, go);
        this.outside =
                blocks == before.blocks() ? before.outside() : new HashMap<>(before.outside());
        go.forEach(this::leave);
        // In the order of their keys, so that the same state always gives the same numbers.
        final Map<String, Peer> drafts = new TreeMap<>();
        come.forEach(peer -> drafts.put(peer.key(), peer));
        drafts.forEach(this::arrive);
    }

    private void compareLocal(final Set<Peer> there, final Set<Peer> come, final Set<Peer> go) {
        for (final Peer peer : there) {
            if (!before.local().containsKey(peer)) {
                come.add(peer);
            }
        }
        for (final Peer peer : before.local().keySet()) {
            if (!there.contains(peer)) {
                go.add(peer);
            }
        }
    }

    private void compareOutside(final Set<Peer> come, final Set<Peer> go) {
        if (blocks == before.blocks()) {
            return;
        }
        final Set<BlockSet> there = new HashSet<>(blocks.prefixes().values());
        ArrayMap.compare(
                before.blocks().prefixes(),
                blocks.prefixes(),
                (prefix, then, now) -> {
                    if (then != null && !then.isEmpty() && !there.contains(then)) {
                        go.add(Peer.outside(then));
                    }
                    if (now != null && !now.isEmpty() && !before.outside().containsKey(now)) {
                        come.add(Peer.outside(now));
                    }
                });
    }

    private void leave(final Peer peer) {
        final int number = before.identity(peer);
        numbers.forget(peer.key());
        infos.remove(number);
        workloads.remove(number);
        gone.add(number);
        blocksOfGone.addAll(peer.set().blocks());
        if (isLocal(peer)) {
            local.remove(peer);
        } else {
            outside.remove(peer.set());
        }
    }

    private void arrive(final String key, final Peer peer) {
        final Integer number = numbers.of(key);
        infos.put(number, peer.info(number));
        if (peer.workload() != null) {
            workloads.put(number, peer.workload());
        }
        peer.set()
                .blocks()
                .forEach(
                        block ->
                                comeByBlock
                                        .computeIfAbsent(block, each -> new ArrayList<>())
                                        .add(number));
        if (isLocal(peer)) {
            local.put(peer, number);
        } else {
            outside.put(peer.set(), number);
        }
    }

    private static boolean isLocal(final Peer peer) {
        return peer.workload() != null || peer.host();
    }

    Peers peers() {
        return new Peers(
                blocks,
                local,
                outside,
                numbers.current(),
                infos.build(),
                byBlock(),
                local == before.local() ? before.byWorkload() : byWorkload(),
                workloads.build(),
                cidrs());
    }

    private ArrayMap<IpBlock, List<Integer>> byBlock() {
        final ArrayMap.Editor<IpBlock, List<Integer>> editor = before.byBlock().edit();
        final Set<IpBlock> changed = new HashSet<>(blocksOfGone);
        changed.addAll(comeByBlock.keySet());
        for (final IpBlock block : changed) {
            final List<Integer> inside = new ArrayList<>(before.in(block));
            inside.removeIf(gone::contains);
            inside.addAll(comeByBlock.getOrDefault(block, List.of()));
            if (inside.isEmpty()) {
                editor.remove(block);
            } else {
                inside.sort(null);
                editor.put(block, List.copyOf(inside));
            }
        }
        return editor.build();
    }

    private Map<Workload, List<Integer>> byWorkload() {
        final Map<Workload, List<Integer>> byWorkload = new HashMap<>();
        local.forEach(
                (peer, number) -> {
                    if (peer.workload() != null) {
                        byWorkload
                                .computeIfAbsent(peer.workload(), key -> new ArrayList<>())
                                .add(number);
                    }
                });
        byWorkload.values().forEach(list -> list.sort(null));
        return byWorkload;
    }

    private ArrayMap<IpPrefix, Integer> cidrs() {
        final ArrayMap.Editor<IpPrefix, Integer> editor = before.cidrs().edit();
        ArrayMap.compare(
                before.blocks().prefixes(),
                blocks.prefixes(),
                (prefix, then, now) -> {
                    if (now == null) {
                        editor.remove(prefix);
                    } else {
                        editor.put(prefix, now.isEmpty() ? IdentityInfo.WORLD : outside.get(now));
                    }
                });
        return editor.build();
    }

    /** Where the next search for a free identity begins. */
    int next() {
        return numbers.next();
    }
}
