package dev.weir.dataplane.attach;

import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.netlink.XdpHook;
import dev.weir.dataplane.object.BpfProgram;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@link Hooks} over the kernel: TCX links or clsact filters, and an XDP link. */
public final class BpfHooks implements Hooks {
    private final Programs programs;
    private final LinkPins pins;
    private final ClsactHooks clsact;
    private final AttachMode mode;
    private final GracePeriods grace;

    /**
     * What is attached.
     *
     * @param from {@link Hook#FROM_CONTAINER}
     * @param to {@link Hook#TO_CONTAINER}
     * @param shield {@link Hook#SHIELD}, null when the dataplane has no XDP program
     */
    public record Programs(BpfProgram from, BpfProgram to, BpfProgram shield) {
        BpfProgram of(final Hook hook) {
            return switch (hook) {
                case FROM_CONTAINER -> from;
                case TO_CONTAINER -> to;
                case SHIELD -> shield;
            };
        }
    }

    /**
     * Others in the place of our programs.
     *
     * @param shield mechanism of the shield that waits, empty = none
     */
    private record Diversion(Programs programs, String shield) {}

    private final Map<Integer, Diversion> diverted = new HashMap<>();

    /**
     * Over programs that the caller closes.
     *
     * @param mode TCX or CLSACT
     * @param grace TCX waits for one in each attach and detach of a link
     */
    public BpfHooks(
            final Programs programs,
            final LinkPins pins,
            final AttachMode mode,
            final GracePeriods grace) {
        this.programs = programs;
        this.pins = pins;
        this.clsact = new ClsactHooks(pins);
        this.mode = mode;
        this.grace = grace;
    }

    /**
     * Puts two other programs in the place of ours, without a gap, until {@link #restore} or {@link
     * #detach}; they have to do all that ours do. The shield waits meanwhile, for what it drops
     * they would not see.
     *
     * @return false if the interface does not have our programs, or others are in their place
     */
    public synchronized boolean divert(
            final int ifIndex, final BpfProgram from, final BpfProgram to) {
        if (diverted.containsKey(ifIndex) || !inspect(ifIndex).enforcing()) {
            return false;
        }
        final HookState shield = inspectShield(ifIndex);
        final boolean shielded = shield.status() == HookState.Status.CURRENT;
        final Diversion diversion =
                new Diversion(
                        new Programs(from, to, programs.shield()),
                        shielded ? shield.mechanism() : "");
        diverted.put(ifIndex, diversion);
        try {
            if (shielded) {
                removeLink(ifIndex, Hook.SHIELD);
            }
            attach(ifIndex);
        } catch (final RuntimeException e) {
            restore(ifIndex);
            throw e;
        }
        return true;
    }

    /** Puts our programs back; right when they never were away, or the interface is gone. */
    public synchronized void restore(final int ifIndex) {
        final Diversion diversion = diverted.remove(ifIndex);
        if (diversion == null || !attached().contains(ifIndex)) {
            return;
        }
        try {
            attach(ifIndex);
            if (!diversion.shield().isEmpty()) {
                attachShield(ifIndex, diversion.shield().equals("xdp-generic"));
            }
        } catch (final BpfException e) {
            if (!e.is(Errno.ENODEV)) { // the interface took its programs with it
                throw e;
            }
        }
    }

    /** Returns when no program runs any more that was replaced before. */
    public void awaitReplaced() {
        BpfException.check(grace.hurry(Native::awaitGrace), "wait for a grace period", "");
    }

    /** What has to be at the hooks of this interface. */
    private Programs programs(final int ifIndex) {
        final Diversion diversion = diverted.get(ifIndex);
        return diversion == null ? programs : diversion.programs();
    }

    @Override
    public AttachMode mode() {
        return mode;
    }

    @Override
    public synchronized InterfaceHooks attach(final int ifIndex) {
        if (mode == AttachMode.CLSACT) {
            clsact.attach(ifIndex, programs(ifIndex).from(), programs(ifIndex).to());
            // Only now: what an earlier agent put there enforced until here.
            removeLink(ifIndex, Hook.FROM_CONTAINER);
            removeLink(ifIndex, Hook.TO_CONTAINER);
        } else {
            grace.hurry(() -> attachLinks(ifIndex));
            clsact.detach(ifIndex);
        }
        refreshShield(ifIndex);
        return inspect(ifIndex);
    }

    private void attachLinks(final int ifIndex) {
        final boolean first = attachTcx(ifIndex, Hook.FROM_CONTAINER);
        try {
            attachTcx(ifIndex, Hook.TO_CONTAINER);
        } catch (final RuntimeException e) {
            if (first) {
                removeLink(ifIndex, Hook.FROM_CONTAINER);
            }
            throw e;
        }
    }

    /** True when a link was made, false when one was there and has the program now. */
    private boolean attachTcx(final int ifIndex, final Hook hook) {
        final Optional<KernelLink> pinned = pins.open(ifIndex, hook);
        if (pinned.isPresent()) {
            try (KernelLink link = pinned.get()) {
                if (link.info().ifIndex() == ifIndex) {
                    update(link, programs(ifIndex).of(hook));
                    return false;
                }
            }
            pins.remove(ifIndex, hook); // of an interface that is gone
        }
        try (KernelLink link =
                KernelLink.tcx(programs(ifIndex).of(hook), ifIndex, hook == Hook.TO_CONTAINER)) {
            link.pin(pins.path(ifIndex, hook));
        }
        return true;
    }

    private static void update(final KernelLink link, final BpfProgram program) {
        if (link.info().programId() != program.info().id()) {
            link.update(program);
        }
    }

    /** An attached shield of an older version must not outlive the tables it knows. */
    private void refreshShield(final int ifIndex) {
        final Optional<KernelLink> pinned = pins.open(ifIndex, Hook.SHIELD);
        if (pinned.isEmpty()) {
            return;
        }
        try (KernelLink link = pinned.get()) {
            if (programs.shield() != null && link.info().ifIndex() == ifIndex) {
                update(link, programs.shield());
                return;
            }
        }
        removeLink(ifIndex, Hook.SHIELD);
    }

    @Override
    public synchronized void detach(final int ifIndex) {
        diverted.remove(ifIndex);
        grace.hurry(
                () -> {
                    removeLink(ifIndex, Hook.SHIELD);
                    removeLink(ifIndex, Hook.FROM_CONTAINER);
                    removeLink(ifIndex, Hook.TO_CONTAINER);
                });
        clsact.detach(ifIndex);
    }

    private void removeLink(final int ifIndex, final Hook hook) {
        final Optional<KernelLink> pinned = pins.open(ifIndex, hook);
        if (pinned.isPresent()) {
            try (KernelLink link = pinned.get()) {
                link.detach();
            }
            pins.remove(ifIndex, hook);
        }
    }

    @Override
    public synchronized InterfaceHooks inspect(final int ifIndex) {
        return new InterfaceHooks(
                ifIndex,
                inspect(ifIndex, Hook.FROM_CONTAINER),
                inspect(ifIndex, Hook.TO_CONTAINER),
                inspectShield(ifIndex));
    }

    private HookState inspect(final int ifIndex, final Hook hook) {
        final int ours = programs(ifIndex).of(hook).info().id();
        final int linked = linkedProgram(ifIndex, hook);
        if (linked != 0) {
            return state(hook, "tcx", linked, ours);
        }
        final int filtered = clsact.programId(ifIndex, hook);
        return filtered != 0 ? state(hook, "clsact", filtered, ours) : missing(hook);
    }

    /** 0 when no living link is pinned for the hook. */
    private int linkedProgram(final int ifIndex, final Hook hook) {
        final Optional<KernelLink> pinned = pins.open(ifIndex, hook);
        if (pinned.isEmpty()) {
            return 0;
        }
        try (KernelLink link = pinned.get()) {
            final KernelLink.Info info = link.info();
            return info.ifIndex() == ifIndex ? info.programId() : 0;
        }
    }

    private HookState inspectShield(final int ifIndex) {
        final int linked = linkedProgram(ifIndex, Hook.SHIELD);
        final XdpHook there;
        try {
            there = XdpHook.of(ifIndex);
        } catch (final BpfException e) {
            if (e.is(Errno.ENODEV)) {
                return missing(Hook.SHIELD);
            }
            throw e;
        }
        final String mechanism = there.generic() ? "xdp-generic" : "xdp-native";
        if (linked != 0) {
            final int ours = programs.shield() == null ? 0 : programs.shield().info().id();
            return state(Hook.SHIELD, mechanism, linked, ours);
        }
        return there.programId() == 0 ? missing(Hook.SHIELD) : foreign(there, mechanism);
    }

    private static HookState state(
            final Hook hook, final String mechanism, final int there, final int ours) {
        return there == ours
                ? new HookState(hook, HookState.Status.CURRENT, mechanism, there, "")
                : new HookState(
                        hook,
                        HookState.Status.OUTDATED,
                        mechanism,
                        there,
                        "program " + there + " (expected: " + ours + ")");
    }

    private static HookState missing(final Hook hook) {
        return new HookState(hook, HookState.Status.MISSING, "", 0, "");
    }

    private static HookState foreign(final XdpHook there, final String mechanism) {
        String name = "";
        try (BpfProgram program = BpfProgram.byId(there.programId())) {
            name = " \"" + program.info().name() + "\"";
        } catch (final BpfException e) {
            if (!e.is(Errno.ENOENT)) { // it was taken off meanwhile
                throw e;
            }
        }
        return new HookState(
                Hook.SHIELD,
                HookState.Status.FOREIGN,
                mechanism,
                there.programId(),
                "XDP program " + there.programId() + name + " is not ours and stays");
    }

    @Override
    public synchronized HookState xdpOn(final int ifIndex, final XdpMode wanted) {
        if (programs.shield() == null || wanted == XdpMode.OFF) {
            throw new IllegalStateException("xdp: off (expected: auto, native or generic)");
        }
        if (diverted.containsKey(ifIndex)) {
            return new HookState(
                    Hook.SHIELD,
                    HookState.Status.MISSING,
                    "",
                    0,
                    "not while the interface's packets are captured");
        }
        final boolean generic = wanted == XdpMode.GENERIC;
        final HookState before = inspectShield(ifIndex);
        if (before.status() == HookState.Status.FOREIGN) {
            return before;
        }
        if (!before.mechanism().equals(generic ? "xdp-generic" : "xdp-native")) {
            removeLink(ifIndex, Hook.SHIELD);
            return attachShield(ifIndex, generic);
        }
        refreshShield(ifIndex);
        return inspectShield(ifIndex);
    }

    private HookState attachShield(final int ifIndex, final boolean generic) {
        try (KernelLink link = KernelLink.xdp(programs.shield(), ifIndex, generic)) {
            link.pin(pins.path(ifIndex, Hook.SHIELD));
        } catch (final BpfException e) {
            final HookState after = inspectShield(ifIndex);
            if (after.status() == HookState.Status.FOREIGN) {
                return after; // it came between question and attempt
            }
            throw e;
        }
        return inspectShield(ifIndex);
    }

    @Override
    public synchronized void xdpOff(final int ifIndex) {
        diverted.computeIfPresent(ifIndex, (i, there) -> new Diversion(there.programs(), ""));
        removeLink(ifIndex, Hook.SHIELD);
    }

    @Override
    public synchronized Set<Integer> attached() {
        final Set<Integer> all = new TreeSet<>(pins.interfaces());
        all.addAll(clsact.interfaces());
        return all;
    }
}
