package dev.weir.dataplane.judge;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import java.util.Optional;

/** Asks the kernel how policy would judge a connection that opens now. Changes nothing there. */
@FunctionalInterface
public interface KernelJudge {
    /**
     * The verdict under the revision that is in force. Safe from any thread.
     *
     * @param flow seen from the endpoint; the port of the side that opens means nothing
     * @param opener direction of the first packet
     * @return empty if the programs know no endpoint of that number
     * @throws dev.weir.dataplane.jni.BpfException if the kernel does not run the program
     */
    Optional<Judgement> judge(FlowKey flow, Direction opener);
}
