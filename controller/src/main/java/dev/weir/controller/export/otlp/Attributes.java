package dev.weir.controller.export.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Attributes of a log record, a data point or a resource; what is null is left out. */
final class Attributes {
    private final List<KeyValue> values = new ArrayList<>();

    Attributes put(final String key, final String value) {
        return value == null ? this : put(key, AnyValue.newBuilder().setStringValue(value));
    }

    Attributes put(final String key, final Number value) {
        return value == null
                ? this
                : put(key, AnyValue.newBuilder().setIntValue(value.longValue()));
    }

    private Attributes put(final String key, final AnyValue.Builder value) {
        values.add(KeyValue.newBuilder().setKey(key).setValue(value).build());
        return this;
    }

    List<KeyValue> values() {
        return values;
    }

    static Resource resource(final Origin origin) {
        return Resource.newBuilder()
                .addAllAttributes(
                        new Attributes()
                                .put("service.name", "weir")
                                .put("service.version", origin.version())
                                .put("service.instance.id", origin.node())
                                .put("host.name", origin.node())
                                .put("k8s.node.name", origin.node())
                                .values())
                .build();
    }

    static long nanos(final Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}
