package dev.weir.controller.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.controller.dns.DnsMessage.Address;
import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DnsClientTest {
    private static final IpAddress SERVER = IpAddress.parse("10.0.0.53");
    private static final IpAddress WEB = IpAddress.parse("10.88.0.2");
    private static final int PORT = 40_000;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final NameBudget budget = new NameBudget(8);
    private final DnsClient client = new DnsClient(budget);

    private void ask(final int id, final String name, final long time) {
        client.message(new DnsMessage(id, false, 0, name, 1, List.of()), true, SERVER, PORT, time);
    }

    private static DnsMessage answer(
            final int id, final int code, final String name, final int ttl, final IpAddress... to) {
        return new DnsMessage(
                id,
                true,
                code,
                name,
                1,
                List.of(to).stream().map(address -> new Address(address, ttl)).toList());
    }

    private void look(final int id, final String name, final IpAddress address, final long time) {
        ask(id, name, time);
        client.message(answer(id, 0, name, 60, address), false, SERVER, PORT, time + MILLI);
    }

    private DnsFigures figures(final long time) {
        return client.figures(time, 0);
    }

    @Test
    void shouldMeasureFromTheFirstQueryToItsAnswer() {
        ask(1, "web.test", 0);
        ask(1, "web.test", 20 * MILLI);
        client.message(answer(1, 0, "web.test", 60, WEB), false, SERVER, PORT, 25 * MILLI);

        final DnsFigures figures = figures(25 * MILLI);

        assertThat(figures.queries()).isEqualTo(2);
        assertThat(figures.answers()).containsExactly(entry("NOERROR", 1L));
        assertThat(figures.latency().count()).isEqualTo(1);
        assertThat(figures.latency().sum()).isEqualTo(25 * MILLI);
        assertThat(figures.latency().max()).isBetween(25 * MILLI, 26 * MILLI);
        assertThat(figures.unanswered() + figures.unmatched()).isZero();
    }

    @Test
    void shouldCountCodesByTheirNames() {
        ask(1, "a.test", 0);
        ask(2, "b.test", 0);
        client.message(answer(1, 3, "a.test", 0), false, SERVER, PORT, MILLI);
        client.message(answer(2, 11, "b.test", 0), false, SERVER, PORT, MILLI);

        assertThat(figures(MILLI).answers())
                .containsOnly(entry("NXDOMAIN", 1L), entry("DSOTYPENI", 1L));
    }

    @Test
    void shouldNameAnAddressFromItsAnswerOnUntilTheNameHasHeldForTenMinutes() {
        look(1, "web.test", WEB, MINUTE);

        assertThat(client.names(WEB, MINUTE)).isEmpty();
        assertThat(client.names(WEB, MINUTE + MILLI)).containsExactly("web.test");
        assertThat(client.names(WEB, 11 * MINUTE)).containsExactly("web.test");
        assertThat(client.names(WEB, 11 * MINUTE + 2 * MILLI)).isEmpty();
        assertThat(client.names(SERVER, 2 * MINUTE)).isEmpty();
    }

    @Test
    void shouldHoldANameForItsTimeToLiveWhereThatIsLonger() {
        ask(1, "web.test", 0);
        client.message(answer(1, 0, "web.test", 3_600, WEB), false, SERVER, PORT, 0);

        assertThat(client.names(WEB, 60 * MINUTE)).containsExactly("web.test");
        assertThat(client.names(WEB, 60 * MINUTE + 1)).isEmpty();
    }

    @Test
    void shouldKeepSeveralNamesOfAnAddressAndTheNewestFour() {
        for (int i = 0; i < 5; i++) {
            look(i, "n" + i + ".test", WEB, i * MILLI);
        }

        assertThat(client.names(WEB, MINUTE))
                .containsExactly("n1.test", "n2.test", "n3.test", "n4.test");
        assertThat(figures(MINUTE).namesEvicted()).isEqualTo(1);
        assertThat(budget.used()).isEqualTo(4);
    }

    @Test
    void shouldBelieveNoAnswerThatNoQueryWaitsFor() {
        ask(1, "web.test", 0);
        client.message(answer(2, 0, "web.test", 60, WEB), false, SERVER, PORT, MILLI);
        client.message(answer(1, 0, "other.test", 60, WEB), false, SERVER, PORT, MILLI);
        client.message(answer(1, 0, "web.test", 60, WEB), false, WEB, PORT, MILLI);
        client.message(answer(1, 0, "web.test", 60, WEB), false, SERVER, PORT + 1, MILLI);

        assertThat(figures(MILLI).unmatched()).isEqualTo(4);
        assertThat(figures(MILLI).answers()).isEmpty();
        assertThat(client.names(WEB, 2 * MILLI)).isEmpty();
    }

    @Test
    void shouldCountAQueryAsUnansweredAfterTenSeconds() {
        ask(1, "web.test", 0);

        assertThat(figures(DnsClient.PATIENCE_NANOS).unanswered()).isZero();
        assertThat(figures(DnsClient.PATIENCE_NANOS + 1).unanswered()).isEqualTo(1);
    }

    @Test
    void shouldForgetTheOldestQueriesWhenTooManyWait() {
        for (int id = 0; id < DnsClient.PENDING_MOST + 3; id++) {
            ask(id, "web.test", id);
        }
        client.message(answer(2, 0, "web.test", 60), false, SERVER, PORT, MILLI);

        assertThat(figures(MILLI).untracked()).isEqualTo(3);
        assertThat(figures(MILLI).unmatched()).isEqualTo(1);
    }

    @Test
    void shouldCountWhatNoClientSendsAndWhatNobodyRead() {
        client.message(answer(1, 0, "web.test", 60, WEB), true, SERVER, PORT, 0);
        client.unreadable();
        client.skipped();

        assertThat(figures(0).unreadable()).isEqualTo(2);
        assertThat(client.figures(0, 5).lost()).isEqualTo(6);
    }

    @Test
    void shouldStayWithinTheBudgetAndGiveItBack() {
        final DnsClient other = new DnsClient(budget);
        for (int i = 0; i < 20; i++) {
            look(i, "n" + i + ".test", IpAddress.ofIpv4(i), i);
        }

        assertThat(budget.used()).isEqualTo(8);
        assertThat(figures(MILLI).names()).isEqualTo(8);
        assertThat(figures(MILLI).namesEvicted()).isEqualTo(12);
        assertThat(client.names(IpAddress.ofIpv4(19), MINUTE)).containsExactly("n19.test");
        assertThat(client.names(IpAddress.ofIpv4(0), MINUTE)).isEmpty();

        final DnsMessage ask = new DnsMessage(1, false, 0, "x.test", 1, List.of());
        other.message(ask, true, SERVER, PORT, 0);
        other.message(answer(1, 0, "x.test", 60, WEB), false, SERVER, PORT, MILLI);
        assertThat(other.figures(MILLI, 0).namesEvicted()).as("no room left").isEqualTo(1);

        client.clear();
        assertThat(budget.used()).isZero();
    }

    @Test
    void shouldKeepAThousandNamesOfOneContainer() {
        final NameBudget large = new NameBudget(1 << 20);
        final AddressNames names = new AddressNames(large);
        for (int i = 0; i < 3_000; i++) {
            names.add(IpAddress.ofIpv4(i), "n" + i, 0, 1);
        }

        assertThat(names.kept()).isEqualTo(AddressNames.NAMES_MOST);
        assertThat(large.used()).isEqualTo(AddressNames.NAMES_MOST);
        assertThat(names.evicted()).isEqualTo(3_000 - AddressNames.NAMES_MOST);
    }
}
