package dev.weir.controller.compile;

import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.Collections;
import java.util.Map;

/**
 * The rows of one policy number.
 *
 * @param number 1 or more
 * @param rows every key has this number
 */
public record CompiledPolicy(int number, Map<PolicyKey, PolicyRow> rows) {
    public CompiledPolicy {
        rows = rows instanceof NumberedRows ? rows : Collections.unmodifiableMap(rows);
    }
}
