package dev.weir.controller.verify;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.explain.VerdictAnswer;
import dev.weir.controller.explain.VerdictQuery;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.judge.Judgement;
import dev.weir.dataplane.judge.KernelJudge;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel what it would say, and counts where that is something else. What the agent says
 * comes from the rows that it wrote; this is whether they are there. Safe from any thread.
 */
public final class KernelCheck {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCheck.class);

    private final KernelJudge kernel;
    private final AtomicLong disagreements = new AtomicLong();

    /** Asks {@code kernel}. */
    public KernelCheck(final KernelJudge kernel) {
        this.kernel = kernel;
    }

    /** How often the kernel said something else. */
    public long disagreements() {
        return disagreements.get();
    }

    /**
     * The kernel's opinion of one side, or empty if another revision is in force than {@code
     * revision}: explain again, and ask again.
     *
     * @param compiled what {@code side} was explained from
     * @param own the endpoint of {@code side}, as it is attached; empty if it only is supposed
     */
    public Optional<KernelOpinion> check(
            final VerdictAnswer.Side side,
            final Optional<EndpointSpec> own,
            final VerdictQuery query,
            final CompiledState compiled,
            final int revision) {
        if (own.isEmpty()) {
            return Optional.of(KernelOpinion.notAsked("there is no such container"));
        }
        if (side.remote().isEmpty()) {
            return Optional.of(KernelOpinion.notAsked("the peer has no address"));
        }
        final IpAddress remote = side.remote().get();
        final Optional<IpAddress> local =
                own.get().addresses().stream()
                        .filter(address -> address.version() == remote.version())
                        .findFirst();
        if (local.isEmpty()) {
            return Optional.of(
                    KernelOpinion.notAsked(
                            "the container has no address of IPv" + remote.version()));
        }
        final boolean out = side.direction() == Direction.EGRESS;
        final FlowKey flow =
                new FlowKey(
                        own.get().number(),
                        local.get(),
                        remote,
                        out ? 0 : query.port(),
                        out ? query.port() : 0,
                        query.protocol());
        return ask(side, flow, compiled, revision);
    }

    private Optional<KernelOpinion> ask(
            final VerdictAnswer.Side side,
            final FlowKey flow,
            final CompiledState compiled,
            final int revision) {
        final Optional<Judgement> judged;
        try {
            judged = kernel.judge(flow, side.direction());
        } catch (final BpfException e) {
            return Optional.of(KernelOpinion.notAsked(e.getMessage()));
        }
        if (judged.isEmpty()) {
            return Optional.of(
                    KernelOpinion.notAsked("the programs do not know endpoint " + flow.endpoint()));
        }
        final Judgement said = judged.get();
        if (said.revision() != revision) {
            return Optional.empty();
        }
        final Optional<RuleRef> rule = Optional.ofNullable(compiled.rules().get(said.rule()));
        final boolean agrees =
                said.verdict() == side.verdict()
                        && said.reason() == side.reason()
                        && rule.equals(side.rule());
        if (!agrees) {
            disagreements.incrementAndGet();
            LOG.warn(
                    "the kernel says {} ({}, rule {}) of {} {}, and its rows as written say {} ({})",
                    said.verdict(),
                    said.reason().text(),
                    said.rule(),
                    side.direction(),
                    flow,
                    side.verdict(),
                    side.reason().text());
        }
        return Optional.of(
                KernelOpinion.of(
                        new KernelOpinion.Said(
                                said.verdict(),
                                said.reason(),
                                rule.map(ref -> ref.policy() + " " + ref.description()),
                                agrees,
                                said.revision())));
    }
}
