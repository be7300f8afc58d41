package dev.weir.controller.shield;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.Hook;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.HookState.Status;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.attach.XdpMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hooks without a kernel: remembers what was asked. */
final class RecordedHooks implements Hooks {
    final List<String> calls = new ArrayList<>();
    final Map<Integer, Status> shields = new HashMap<>();
    RuntimeException failure;

    @Override
    public InterfaceHooks attach(final int ifIndex) {
        return inspect(ifIndex);
    }

    @Override
    public void detach(final int ifIndex) {
        shields.remove(ifIndex);
    }

    @Override
    public InterfaceHooks inspect(final int ifIndex) {
        final HookState tc = new HookState(Hook.FROM_CONTAINER, Status.CURRENT, "tcx", 1, "");
        return new InterfaceHooks(ifIndex, tc, tc, shield(ifIndex));
    }

    private HookState shield(final int ifIndex) {
        final Status status = shields.getOrDefault(ifIndex, Status.MISSING);
        final String detail = status == Status.FOREIGN ? "program 77 of another owner" : "";
        return new HookState(Hook.SHIELD, status, "xdp-native", 7, detail);
    }

    @Override
    public HookState xdpOn(final int ifIndex, final XdpMode mode) {
        calls.add("on " + ifIndex + " " + mode);
        if (failure != null) {
            throw failure;
        }
        if (shields.get(ifIndex) != Status.FOREIGN) {
            shields.put(ifIndex, Status.CURRENT);
        }
        return shield(ifIndex);
    }

    @Override
    public void xdpOff(final int ifIndex) {
        calls.add("off " + ifIndex);
        if (failure != null) {
            throw failure;
        }
        shields.remove(ifIndex);
    }

    @Override
    public Set<Integer> attached() {
        return shields.keySet();
    }

    @Override
    public AttachMode mode() {
        return AttachMode.TCX;
    }
}
