package dev.weir.dataplane.attach;

import java.util.List;

/**
 * All hooks of one interface.
 *
 * @param ifIndex of the host-side veth
 * @param from the state of {@link Hook#FROM_CONTAINER}
 * @param to the state of {@link Hook#TO_CONTAINER}
 * @param shield the state of {@link Hook#SHIELD}; MISSING is its normal state in {@code auto}
 */
public record InterfaceHooks(int ifIndex, HookState from, HookState to, HookState shield) {
    /** True when both TC programs are there in the running version. */
    public boolean enforcing() {
        return from.status() == HookState.Status.CURRENT && to.status() == HookState.Status.CURRENT;
    }

    public List<HookState> all() {
        return List.of(from, to, shield);
    }
}
