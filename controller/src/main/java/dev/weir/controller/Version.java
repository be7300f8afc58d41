package dev.weir.controller;

/** This build's version. */
public final class Version {
    /** As in the POM, which a test compares. */
    public static final String TEXT = "0.1.0";

    private Version() {}
}
