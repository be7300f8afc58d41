package dev.weir.controller.apply;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.table.CidrTable;
import dev.weir.dataplane.table.ConnectionTable;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.EndpointTable;
import dev.weir.dataplane.table.PeerTable;
import dev.weir.dataplane.table.PolicyTable;
import java.util.function.IntSupplier;

/**
 * What the applier writes.
 *
 * @param rules how many rules can count, number 0 included
 * @param jiffies low 32 bits of the kernel's clock
 */
public record Datapath(
        EndpointTable endpoints,
        PeerTable peers,
        CidrTable cidrs,
        PolicyTable policies,
        ControlTable control,
        ConnectionTable connections,
        Hooks hooks,
        int rules,
        IntSupplier jiffies) {
    /** The tables of {@code dataplane}; hooks are shared with others, hence given. */
    public static Datapath of(final Dataplane dataplane, final Hooks hooks, final int rules) {
        return new Datapath(
                dataplane.endpoints(),
                dataplane.peers(),
                dataplane.cidrs(),
                dataplane.policies(),
                dataplane.control(),
                dataplane.connections(),
                hooks,
                rules,
                dataplane.clock()::now);
    }
}
