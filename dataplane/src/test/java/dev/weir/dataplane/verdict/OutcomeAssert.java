package dev.weir.dataplane.verdict;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;

/** {@code assertThatPacket(program.toContainer(syn)).passed(POLICY).byRule(42)}. */
public final class OutcomeAssert extends AbstractAssert<OutcomeAssert, Outcome> {
    private OutcomeAssert(final Outcome actual) {
        super(actual, OutcomeAssert.class);
    }

    public static OutcomeAssert assertThatPacket(final Outcome actual) {
        return new OutcomeAssert(actual);
    }

    /** Went on, and was counted for that reason and no other. */
    public OutcomeAssert passed(final Reason reason) {
        return is("verdict", actual.passed() ? "passed" : "dropped", "passed")
                .is("reason", actual.reason(), Optional.of(reason));
    }

    public OutcomeAssert dropped(final Reason reason) {
        return is("verdict", actual.passed() ? "passed" : "dropped", "dropped")
                .is("reason", actual.reason(), Optional.of(reason));
    }

    /** Went on, and left no trace in any table. */
    public OutcomeAssert passedUntouched() {
        is("verdict", actual.passed() ? "passed" : "dropped", "passed");
        is("reason", actual.reason(), Optional.empty());
        is("flow", actual.flow().isPresent(), false);
        return is("denied entry", actual.denied().isPresent(), false);
    }

    public OutcomeAssert byRule(final int rule) {
        return is("rule", actual.rule(), rule);
    }

    public OutcomeAssert counting(final long packets, final long bytes) {
        return is("packets", actual.packets(), packets).is("bytes", actual.bytes(), bytes);
    }

    public OutcomeAssert inNewFlow() {
        return is("began a flow", actual.newFlow(), true);
    }

    public OutcomeAssert inSameFlow() {
        return is("counted in a flow", actual.flow().isPresent(), true)
                .is("began a flow", actual.newFlow(), false);
    }

    /** Counted, but in no entry of either cache. */
    public OutcomeAssert recordedNowhere() {
        return is("flow", actual.flow().isPresent(), false)
                .is("denied entry", actual.denied().isPresent(), false);
    }

    public OutcomeAssert withPorts(final int local, final int remote) {
        return is("local port", flow().localPort(), local)
                .is("remote port", flow().remotePort(), remote);
    }

    public OutcomeAssert withProtocol(final int protocol) {
        return is("protocol", flow().protocol(), protocol);
    }

    public OutcomeAssert withState(final TcpState state) {
        return is("state", flow().state(), state);
    }

    public OutcomeAssert withVerdict(final Verdict verdict) {
        return is("verdict of the flow", flow().verdict(), verdict);
    }

    public OutcomeAssert withRemoteIdentity(final int identity) {
        return is("remote identity", flow().remoteIdentity(), identity);
    }

    public OutcomeAssert openedByLocal(final boolean local) {
        return is("opened by the container", flow().openedByLocal(), local);
    }

    public OutcomeAssert replied(final boolean replied) {
        return is("replied", flow().replied(), replied);
    }

    /** The denied entry names the service that was asked for, and the last one who asked. */
    public OutcomeAssert deniedAt(
            final String local, final String remote, final int servicePort, final int clientPort) {
        is("local", denied().local(), IpAddress.parse(local));
        is("remote", denied().remote(), IpAddress.parse(remote));
        is("service port", denied().servicePort(), servicePort);
        return is("client port", denied().clientPort(), clientPort);
    }

    public OutcomeAssert deniedTimes(final long packets) {
        return is("packets of the denied entry", denied().packets(), packets);
    }

    private FlowEntry flow() {
        return actual.flow()
                .orElseThrow(() -> failure("no entry of the flow cache counted %s", actual));
    }

    private DeniedEntry denied() {
        return actual.denied()
                .orElseThrow(() -> failure("no entry of the denied cache counted %s", actual));
    }

    private OutcomeAssert is(final String what, final Object is, final Object expected) {
        if (!is.equals(expected)) {
            throw failure("%s: %s (expected: %s) in %s", what, is, expected, actual);
        }
        return this;
    }
}
