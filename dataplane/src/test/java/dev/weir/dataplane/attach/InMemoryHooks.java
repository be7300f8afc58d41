package dev.weir.dataplane.attach;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@link Hooks} without a kernel: every interface exists, nobody else attaches anything. */
public final class InMemoryHooks implements Hooks {
    private final Set<Integer> attached = new TreeSet<>();
    private final Map<Integer, XdpMode> shields = new HashMap<>();

    @Override
    public InterfaceHooks attach(final int ifIndex) {
        attached.add(ifIndex);
        return inspect(ifIndex);
    }

    @Override
    public void detach(final int ifIndex) {
        attached.remove(ifIndex);
        shields.remove(ifIndex);
    }

    @Override
    public InterfaceHooks inspect(final int ifIndex) {
        final boolean there = attached.contains(ifIndex);
        return new InterfaceHooks(
                ifIndex,
                state(Hook.FROM_CONTAINER, there ? "tcx" : "", 1),
                state(Hook.TO_CONTAINER, there ? "tcx" : "", 2),
                shield(ifIndex));
    }

    @Override
    public HookState xdpOn(final int ifIndex, final XdpMode mode) {
        shields.put(ifIndex, mode == XdpMode.GENERIC ? XdpMode.GENERIC : XdpMode.NATIVE);
        return shield(ifIndex);
    }

    @Override
    public void xdpOff(final int ifIndex) {
        shields.remove(ifIndex);
    }

    @Override
    public Set<Integer> attached() {
        final Set<Integer> all = new TreeSet<>(attached);
        all.addAll(shields.keySet());
        return all;
    }

    @Override
    public AttachMode mode() {
        return AttachMode.TCX;
    }

    private HookState shield(final int ifIndex) {
        final XdpMode mode = shields.get(ifIndex);
        return state(
                Hook.SHIELD,
                mode == null ? "" : mode == XdpMode.GENERIC ? "xdp-generic" : "xdp-native",
                3);
    }

    private static HookState state(final Hook hook, final String mechanism, final int program) {
        return mechanism.isEmpty()
                ? new HookState(hook, HookState.Status.MISSING, "", 0, "")
                : new HookState(hook, HookState.Status.CURRENT, mechanism, program, "");
    }
}
