package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.EndpointLayout;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link EndpointTable} without a kernel: the same bytes, in memory of our own. */
public final class InMemoryEndpointTable implements EndpointTable {
    private final BpfEndpointTable table;

    /** Numbers below {@code capacity}, as many interface buckets. */
    public InMemoryEndpointTable(final int capacity) {
        final int buckets = Integer.highestOneBit(capacity * 2 - 1);
        table =
                new BpfEndpointTable(
                        new UnsafeBuffer(new byte[capacity * EndpointLayout.LENGTH]),
                        new UnsafeBuffer(
                                new byte[buckets * EndpointLayout.INTERFACE_BUCKET_LENGTH]));
    }

    @Override
    public int capacity() {
        return table.capacity();
    }

    @Override
    public void write(final int number, final EndpointRow row) {
        table.write(number, row);
    }

    @Override
    public Optional<EndpointRow> read(final int number) {
        return table.read(number);
    }

    @Override
    public void policy(final int number, final int revision, final EndpointPolicy policy) {
        table.policy(number, revision, policy);
    }

    @Override
    public EndpointPolicy policy(final int number, final int revision) {
        return table.policy(number, revision);
    }

    @Override
    public int room(final int ifIndex) {
        return table.room(ifIndex);
    }

    @Override
    public void bind(final int ifIndex, final int number) {
        table.bind(ifIndex, number);
    }

    @Override
    public void bridge(final int ifIndex, final int bridge) {
        table.bridge(ifIndex, bridge);
    }

    @Override
    public int bound(final int ifIndex) {
        return table.bound(ifIndex);
    }

    @Override
    public void unbind(final int ifIndex) {
        table.unbind(ifIndex);
    }

    @Override
    public void clear(final int number) {
        table.clear(number);
    }
}
