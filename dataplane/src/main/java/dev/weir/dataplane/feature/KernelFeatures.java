package dev.weir.dataplane.feature;

import java.util.Map;

/**
 * Every capability and whether this kernel has it.
 *
 * @param support complete: one answer a feature
 */
public record KernelFeatures(Map<Feature, Support> support) {
    public KernelFeatures {
        support = Map.copyOf(support);
    }

    public Support of(final Feature feature) {
        return support.get(feature);
    }

    public boolean has(final Feature feature) {
        return of(feature).available();
    }
}
