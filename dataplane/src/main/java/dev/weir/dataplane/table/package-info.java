/**
 * The maps in domain words: one interface or region a map, and its implementation over the kernel.
 *
 * <p>Start at {@link dev.weir.dataplane.table.EndpointTable}. Depends on {@code map} and {@code
 * layout}.
 */
package dev.weir.dataplane.table;
