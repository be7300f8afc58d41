package dev.weir.controller.compile;

import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** A row set under a policy number: a view, whose keys are made when somebody asks for them. */
final class NumberedRows extends AbstractMap<PolicyKey, PolicyRow> {
    private final int number;
    private final RowSet content;

    NumberedRows(final int number, final RowSet content) {
        this.number = number;
        this.content = content;
    }

    RowSet content() {
        return content;
    }

    @Override
    public int size() {
        return content.keys().length;
    }

    @Override
    public PolicyRow get(final Object key) {
        return key instanceof PolicyKey wanted && wanted.policy() == number
                ? content.row(
                        RowSet.key(
                                wanted.identity(),
                                wanted.direction(),
                                wanted.protocol(),
                                wanted.prefixLength(),
                                wanted.port()))
                : null;
    }

    @Override
    public boolean containsKey(final Object key) {
        return get(key) != null;
    }

    @Override
    public Set<Map.Entry<PolicyKey, PolicyRow>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return content.keys().length;
            }

            @Override
            public Iterator<Map.Entry<PolicyKey, PolicyRow>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<PolicyKey, PolicyRow>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < content.keys().length;
        }

        @Override
        public Map.Entry<PolicyKey, PolicyRow> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            final int place = next++;
            return Map.entry(RowSet.key(number, content.keys()[place]), content.rows().get(place));
        }
    }
}
