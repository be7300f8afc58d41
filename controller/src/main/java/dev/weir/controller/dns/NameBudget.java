package dev.weir.controller.dns;

/** How many names of all containers may be kept. One thread at a time. */
public final class NameBudget {
    private final int limit;
    private int used;

    public NameBudget(final int limit) {
        this.limit = limit;
    }

    boolean take() {
        if (used >= limit) {
            return false;
        }
        used++;
        return true;
    }

    void giveBack() {
        used--;
    }

    /** Names that are kept now. */
    public int used() {
        return used;
    }
}
