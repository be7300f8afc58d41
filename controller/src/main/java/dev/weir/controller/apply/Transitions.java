package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StateStore;
import dev.weir.controller.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/** From one desired state to the next: checked, then on disk, then in force. One thread. */
final class Transitions {
    private final Enforcer enforcer;
    private final StateStore store;
    private Model model;

    Transitions(final Enforcer enforcer, final StateStore store, final Model model) {
        this.enforcer = enforcer;
        this.store = store;
        this.model = model;
    }

    Model model() {
        return model;
    }

    Enforcer enforcer() {
        return enforcer;
    }

    long nextResourceVersion() {
        try {
            return store.nextResourceVersion();
        } catch (final StoreException e) {
            throw ControllerException.internal(e.getMessage());
        }
    }

    long resourceVersion() {
        return store.lastResourceVersion();
    }

    /** All checks of {@link #move}, and no change. */
    void rehearse(final Model next, final String what) {
        enforcer.plan(next, what);
    }

    /**
     * Makes {@code next} the state in force; nothing has changed if it throws.
     *
     * @param changes what must be on disk before
     * @param undo what takes {@code changes} back
     * @param what is being written, for messages
     */
    void move(
            final Model next,
            final List<StateChange> changes,
            final List<StateChange> undo,
            final String what) {
        final Plan plan = enforcer.plan(next, what);
        final List<StateChange> back = withNumbering(undo, plan, enforcer.compiled());
        write(withNumbering(changes, plan, plan.compiled()), back);
        try {
            enforcer.apply(plan);
        } catch (final RuntimeException e) {
            store.takeBack(back);
            throw ControllerException.internal(
                    what + " could not be put in force: " + e.getMessage());
        }
        model = next;
    }

    /** Who finds the tables must find on disk whose numbers they hold. */
    private List<StateChange> withNumbering(
            final List<StateChange> changes, final Plan plan, final CompiledState state) {
        if (plan.compiled().numbering().equals(enforcer.compiled().numbering())) {
            return changes;
        }
        final List<StateChange> all = new ArrayList<>(changes);
        all.add(StoredModel.stored(state.numbering()));
        return all;
    }

    /** Changes what is on disk and in memory, where the tables need not follow. */
    void note(final Model next, final List<StateChange> changes) {
        write(changes, List.of());
        model = next;
    }

    private void write(final List<StateChange> changes, final List<StateChange> undo) {
        try {
            store.write(changes, undo);
        } catch (final StoreException e) {
            throw ControllerException.internal(e.getMessage());
        }
    }
}
