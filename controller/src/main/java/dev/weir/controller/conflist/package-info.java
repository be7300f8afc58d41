/**
 * Files of CNI networks and the plugin's entry in their chains: put in, taken out, and put back
 * where another program rewrites the file.
 *
 * <p>Start at {@code ConflistFile}, then {@code ConflistKeeper}. Depends on {@code document}.
 */
package dev.weir.controller.conflist;
