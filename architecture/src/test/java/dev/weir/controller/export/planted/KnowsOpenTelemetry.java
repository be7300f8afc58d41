package dev.weir.controller.export.planted;

import io.opentelemetry.proto.logs.v1.LogRecord;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsOpenTelemetry {
    static final Class<?> NEIGHBOUR = LogRecord.class;
}
