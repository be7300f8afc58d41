package dev.weir.controller.export.otlp;

import java.time.Instant;

/**
 * Who sends.
 *
 * @param node its name
 * @param version of Weir
 * @param started since when counters count
 */
public record Origin(String node, String version, Instant started) {}
