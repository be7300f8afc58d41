/**
 * The border: every native method, the errors they answer with, and the library that holds them.
 *
 * <p>Start at {@link dev.weir.dataplane.jni.NativeLibrary}. Depends on nothing.
 */
package dev.weir.dataplane.jni;
