package dev.weir.dataplane.attach;

/** The three places on a host-side veth. */
public enum Hook {
    /** TC ingress of the host side: what the container sends. */
    FROM_CONTAINER("from"),
    /** TC egress of the host side: what the container gets. */
    TO_CONTAINER("to"),
    /** XDP of the host side, before {@link #FROM_CONTAINER}. */
    SHIELD("xdp");

    private final String text;

    Hook(final String text) {
        this.text = text;
    }

    /** Short name, also the end of the pin's name. */
    public String text() {
        return text;
    }
}
