package dev.weir.controller.policy;

/** One element of {@code from} or {@code to}. */
public sealed interface PolicyPeer permits SelectorPeer, BlockPeer {}
