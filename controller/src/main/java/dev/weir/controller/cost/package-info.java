/**
 * What Weir itself costs, and what it does when that is too much. Start at {@code Budget}. Depends
 * on the JDK and {@code /proc}.
 */
package dev.weir.controller.cost;
