/**
 * Tests of the CNI plugin: each starts the executable as a runtime does, against an agent of its
 * own on a Unix socket.
 *
 * <p>Start at {@link dev.weir.cni.Plugin} and {@link dev.weir.cni.FakeAgent}. Depends on the
 * executables that make leaves in cni/target, and on nothing else of Weir.
 */
package dev.weir.cni;
