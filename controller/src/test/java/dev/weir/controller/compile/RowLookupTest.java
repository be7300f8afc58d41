package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order of the lookups, with rows that the compiler does not make yet. */
class RowLookupTest {
    private static final int PEER = 300;
    private final Map<PolicyKey, PolicyRow> rows = new HashMap<>();

    private RowLookupTest row(
            final int identity,
            final int protocol,
            final int length,
            final int port,
            final RowVerdict verdict,
            final int rule,
            final int precedence) {
        rows.put(
                new PolicyKey(1, identity, INGRESS, protocol, length, port),
                new PolicyRow(verdict, rule, precedence, 0));
        return this;
    }

    private RowLookupTest root(
            final int identity,
            final int lengths,
            final RowVerdict verdict,
            final int rule,
            final int precedence) {
        rows.put(
                PolicyKey.root(1, identity, INGRESS),
                new PolicyRow(verdict, rule, precedence, lengths));
        return this;
    }

    private RowLookup.Decision decide(final int port) {
        final CompiledState state =
                new CompiledState(
                        Map.of(1, 256),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(1, new CompiledPolicy(1, rows)),
                        Map.of(1, new EndpointPolicy(1, true, false, true, false)),
                        Map.of(),
                        Map.of(),
                        Numbering.EMPTY);
        return new RowLookup(state, false).decide(1, INGRESS, PEER, 6, port);
    }

    @Test
    void shouldLetTheSmallestPrecedenceDecide() {
        root(PEER, 1 << 16, RowVerdict.ALLOW, 1, 20);
        row(PEER, 6, 16, 80, RowVerdict.DENY, 2, 10);

        assertThat(decide(80).reason()).isEqualTo(Reason.DENY_RULE);
        assertThat(decide(81).rule()).isEqualTo(1);
    }

    @Test
    void shouldCompareUnsigned() {
        root(PEER, 1 << 16, RowVerdict.ALLOW, 1, -1);
        row(PEER, 6, 16, 80, RowVerdict.DENY, 2, 10);

        assertThat(decide(80).rule()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheLongestPrefixOnATieAndThePeerBeforeAnyPeer() {
        root(PEER, 1 << 16 | 1 << 8 | 1, RowVerdict.ALLOW, 1, 5);
        row(PEER, 6, 16, 80, RowVerdict.ALLOW, 2, 5);
        row(PEER, 6, 8, 0, RowVerdict.ALLOW, 3, 5);
        row(PEER, 6, 0, 0, RowVerdict.ALLOW, 4, 5);
        root(0, 1 << 16, RowVerdict.ALLOW, 5, 5);
        row(0, 6, 16, 300, RowVerdict.ALLOW, 6, 5);

        assertThat(decide(80).rule()).isEqualTo(2);
        assertThat(decide(81).rule()).isEqualTo(3);
        assertThat(decide(300).rule()).isEqualTo(4);
    }

    @Test
    void shouldAskOnlyForPrefixLengthsThatTheRootNames() {
        root(PEER, 0, RowVerdict.NONE, 0, 0);
        row(PEER, 6, 16, 80, RowVerdict.ALLOW, 2, 5);

        assertThat(decide(80).reason()).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldFindNothingWithoutARoot() {
        row(PEER, 6, 16, 80, RowVerdict.ALLOW, 2, 5);

        assertThat(decide(80).reason()).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldRefuseAnEndpointThatIsNotThere() {
        assertThatThrownBy(
                        () ->
                                new RowLookup(CompiledState.EMPTY, false)
                                        .decide(9, INGRESS, PEER, 6, 80))
                .hasMessage("endpoint: 9 (expected: one of [])");
    }
}
