package dev.weir.dataplane;

import dev.weir.dataplane.judge.Judgement;
import dev.weir.dataplane.judge.KernelJudge;
import dev.weir.dataplane.layout.AskLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.object.BpfProgram;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** Asks the kernel by a run of the program {@code weir_ask}. */
record KernelJudgeSource(BpfProgram program) implements KernelJudge {
    @Override
    public Optional<Judgement> judge(final FlowKey flow, final Direction opener) {
        final byte[] packet = new byte[AskLayout.LENGTH];
        final UnsafeBuffer ask = new UnsafeBuffer(packet);
        new FlowKeyView(ask, AskLayout.KEY_OFFSET).set(flow);
        ask.putByte(AskLayout.OPENER_OFFSET, (byte) opener.ordinal());
        final UnsafeBuffer told = new UnsafeBuffer(program.testRun().packet(packet).run().packet());
        final int revision = told.getInt(AskLayout.REVISION_OFFSET);
        if (revision == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Judgement(
                        Verdict.of((byte) told.getInt(AskLayout.VERDICT_OFFSET)),
                        Reason.of((byte) told.getInt(AskLayout.REASON_OFFSET)),
                        told.getInt(AskLayout.RULE_OFFSET),
                        told.getInt(AskLayout.REMOTE_IDENTITY_OFFSET),
                        revision));
    }
}
