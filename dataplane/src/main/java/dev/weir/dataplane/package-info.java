/**
 * The kernel half of Weir for Java: loads the programs, owns the tables, attaches to interfaces.
 *
 * <p>Start at {@link dev.weir.dataplane.Dataplane}. Depends on every package below it; none depends
 * on this one, and none knows Kubernetes.
 */
package dev.weir.dataplane;
