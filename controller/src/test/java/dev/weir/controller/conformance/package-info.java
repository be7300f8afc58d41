/**
 * The cases of Kubernetes' own suites with real pods and packets. Start at ConformanceIT. Depends
 * on a real agent, the CNI chain and {@code tests/reach.c}; docs/conformance.md shows the table.
 */
package dev.weir.controller.conformance;
