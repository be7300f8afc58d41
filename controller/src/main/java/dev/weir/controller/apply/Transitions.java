package dev.weir.controller.apply;

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

    /** As it was stored last, so that what stays need not be turned into text again. */
    private NumberingText numbering = NumberingText.EMPTY;

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
        final NumberingText before = numbering.next(enforcer.compiled().numbering());
        final NumberingText after = before.next(plan.compiled().numbering());
        final boolean same = before.numbering().equals(after.numbering());
        final List<StateChange> back = same ? undo : with(undo, before);
        write(same ? changes : with(changes, after), back);
        try {
            enforcer.apply(plan);
        } catch (final RuntimeException e) {
            store.takeBack(back);
            throw ControllerException.internal(
                    what + " could not be put in force: " + e.getMessage());
        }
        model = next;
        numbering = after;
    }

    /** Who finds the tables must find on disk whose numbers they hold. */
    private static List<StateChange> with(
            final List<StateChange> changes, final NumberingText numbering) {
        final List<StateChange> all = new ArrayList<>(changes);
        all.add(StoredModel.stored(numbering));
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
