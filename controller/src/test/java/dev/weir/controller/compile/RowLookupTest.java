package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order of the lookups, with rows that the compiler need not make. */
class RowLookupTest {
    private static final int PEER = 300;
    private final Map<PolicyKey, PolicyRow> rows = new HashMap<>();

    private int lookups =
            3 * (PolicyFlags.PEER_PORTS | PolicyFlags.PEER_ROOT)
                    | 3 * (PolicyFlags.ANY_PORTS | PolicyFlags.ANY_ROOT)
                    | (1 << 16 | 1 << 8 | 1) << PolicyFlags.LENGTHS;
    private boolean isolated = true;

    private void row(
            final int identity,
            final int protocol,
            final int length,
            final int port,
            final PolicyRow row) {
        rows.put(new PolicyKey(1, identity, INGRESS, protocol, length, port), row);
    }

    private void root(final int identity, final PolicyRow row) {
        rows.put(PolicyKey.root(1, identity, INGRESS), row);
    }

    private static PolicyRow allow(final int rule, final int precedence) {
        return PolicyRow.enforced(RowVerdict.ALLOW, rule, precedence);
    }

    private static PolicyRow deny(final int rule, final int precedence) {
        return PolicyRow.enforced(RowVerdict.DENY, rule, precedence);
    }

    private static PolicyRow last(final PolicyRow row) {
        return new PolicyRow(
                row.verdict(), row.rule(), row.precedence(), RowVerdict.NONE, 0, 0, 0, true);
    }

    private RowLookup.Decision decide(final int protocol, final int port) {
        final CompiledState state =
                new CompiledState(
                        Map.of(1, 256),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(1, new CompiledPolicy(1, rows)),
                        Map.of(1, EndpointPolicy.of(1, isolated, false, lookups)),
                        Map.of(),
                        Map.of(),
                        Numbering.EMPTY);
        return new RowLookup(state, false).decide(1, INGRESS, PEER, protocol, port);
    }

    private RowLookup.Decision decide(final int port) {
        return decide(6, port);
    }

    @Test
    void shouldTakeTheFirstRowOfAPeerLongPrefixesFirstAndTheRootLast() {
        root(PEER, allow(1, 1));
        row(PEER, 6, 16, 80, deny(2, 4));
        row(PEER, 6, 8, 0, allow(3, 3));
        row(PEER, 6, 0, 0, allow(4, 2));

        assertThat(decide(80).reason()).isEqualTo(Reason.DENY_RULE);
        assertThat(decide(81).rule()).isEqualTo(3);
        assertThat(decide(300).rule()).isEqualTo(4);
        assertThat(decide(17, 300).rule()).isEqualTo(1);
        assertThat(decide(1, 0).rule()).isEqualTo(1);
    }

    @Test
    void shouldStopAtARowThatSaysNothing() {
        root(PEER, deny(1, 1));
        row(PEER, 6, 16, 80, PolicyRow.root(0));
        isolated = false;

        assertThat(decide(80).reason()).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(decide(81).reason()).isEqualTo(Reason.DENY_RULE);
    }

    @Test
    void shouldWeighThePeersRowAgainstThatOfAnyPeerAndTakeThePeersOnATie() {
        row(PEER, 6, 16, 80, allow(1, 5));
        row(PEER, 6, 16, 81, allow(2, 7));
        root(IdentityInfo.ANY, allow(3, 6));
        row(IdentityInfo.ANY, 6, 16, 80, allow(4, 5));

        assertThat(decide(80).rule()).isEqualTo(1);
        assertThat(decide(81).rule()).isEqualTo(3);
        assertThat(decide(82).rule()).isEqualTo(3);
        assertThat(decide(81).rows()).extracting(match -> match.row().rule()).containsExactly(2, 3);
    }

    @Test
    void shouldNotAskForAnyPeerAfterALastRow() {
        row(PEER, 6, 16, 80, last(allow(1, 9)));
        root(IdentityInfo.ANY, allow(3, 6));

        assertThat(decide(80).rows()).hasSize(1);
        assertThat(decide(80).rule()).isEqualTo(1);
    }

    @Test
    void shouldAskOnlyForRowsThatThePolicyWordSaysThereCanBe() {
        row(PEER, 6, 16, 80, allow(1, 5));
        row(PEER, 6, 15, 90, allow(2, 5));
        root(PEER, allow(3, 5));
        assertThat(decide(90).rule()).isEqualTo(3);

        lookups = 3 * PolicyFlags.PEER_ROOT | 1 << PolicyFlags.LENGTHS + 16;
        assertThat(decide(80).rule()).isEqualTo(3);
        lookups = 3 * PolicyFlags.PEER_PORTS | 1 << PolicyFlags.LENGTHS + 16;
        assertThat(decide(80).rule()).isEqualTo(1);
        assertThat(decide(90).reason()).isEqualTo(Reason.NO_RULE);
        lookups = 3 * PolicyFlags.ANY_ROOT;
        assertThat(decide(80).reason()).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldAskOnlyForPrefixLengthsThatTheRootNamesWhereItIsToAskRoots() {
        lookups |= PolicyFlags.ASK_ROOTS;
        row(PEER, 6, 16, 80, allow(2, 5));
        assertThat(decide(80).reason()).isEqualTo(Reason.NO_RULE);

        root(PEER, PolicyRow.root(0));
        assertThat(decide(80).reason()).isEqualTo(Reason.NO_RULE);

        root(PEER, PolicyRow.root(1 << 16));
        assertThat(decide(80).rule()).isEqualTo(2);
    }

    @Test
    void shouldTellWhatWouldBeDeniedOnlyOfWhatPasses() {
        isolated = false;
        root(PEER, PolicyRow.audited(RowVerdict.DENY, 7, 5));
        row(PEER, 6, 16, 80, deny(1, 1));
        row(PEER, 6, 16, 81, PolicyRow.audited(RowVerdict.ALLOW, 8, 4));

        assertThat(decide(80).reason()).isEqualTo(Reason.DENY_RULE);
        assertThat(decide(81).reason()).isEqualTo(Reason.POLICY);
        assertThat(decide(81).rule()).isEqualTo(8);
        assertThat(decide(82).reason()).isEqualTo(Reason.AUDIT);
        assertThat(decide(82).rule()).isEqualTo(7);
    }

    @Test
    void shouldNameThePeersRuleWhereTheDefaultWouldDenyForNoneOfItsOwn() {
        isolated = false;
        root(PEER, PolicyRow.audited(RowVerdict.NONE, 7, 0));
        root(IdentityInfo.ANY, PolicyRow.audited(RowVerdict.DENY, 0, Integer.MAX_VALUE));
        assertThat(decide(80).rule()).isEqualTo(7);

        root(IdentityInfo.ANY, PolicyRow.audited(RowVerdict.DENY, 9, Integer.MAX_VALUE));
        assertThat(decide(80).rule()).isEqualTo(9);
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
