/**
 * Policies, namespaces and endpoints to rows of the datapath's tables, and what changes between two
 * such states. Pure: no kernel, no clock, no input or output. Start at {@link
 * dev.weir.controller.compile.PolicyCompiler}. Depends on policy, identity, collection,
 * dataplane.layout and the records of dataplane.table.
 */
package dev.weir.controller.compile;
