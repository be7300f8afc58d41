package dev.weir.controller.dns;

import dev.weir.controller.dns.DnsMessage.Address;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One container as a client of DNS: its queries that wait, what came of the others, and the names
 * that answers gave to addresses. An answer counts only if a query waits for it, of the same
 * server, port, id, name and type (RFC 5452 9.1): nobody else can name a container's peers. One
 * thread at a time; all that it keeps is bounded.
 */
public final class DnsClient {
    /** Queries that wait for an answer. */
    static final int PENDING_MOST = 256;

    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Programs use an address for longer than its time to live says. */
    static final long HOLD_LEAST_NANOS = TimeUnit.MINUTES.toNanos(10);

    static final long HOLD_MOST_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final String[] CODES = {
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
        "NXRRSET", "NOTAUTH", "NOTZONE", "DSOTYPENI", "RCODE12", "RCODE13", "RCODE14", "RCODE15"
    };

    private final Map<Question, Long> pending = new LinkedHashMap<>();
    private final AddressNames names;
    private final DnsLatency latency = new DnsLatency();
    private final long[] byCode = new long[CODES.length];
    private long queries;
    private long unanswered;
    private long unmatched;
    private long unreadable;
    private long untracked;
    private long skipped;

    /** A query on its way; the value is when it was sent. */
    private record Question(IpAddress server, int port, int id, String name, int type) {}

    /** All containers share the budget. */
    public DnsClient(final NameBudget budget) {
        this.names = new AddressNames(budget);
    }

    /**
     * A message that passed the container's veth.
     *
     * @param sent by the container
     * @param server the other side
     * @param port the container's
     * @param time CLOCK_MONOTONIC, nanoseconds
     */
    public void message(
            final DnsMessage message,
            final boolean sent,
            final IpAddress server,
            final int port,
            final long time) {
        forgetOld(time);
        if (message.isAnswer() == sent) {
            unreadable++; /* an answer to port 53, or a query from there: no client's */
            return;
        }
        final Question question =
                new Question(server, port, message.id(), message.name(), message.type());
        if (sent) {
            queried(question, time);
        } else {
            answered(question, message, time);
        }
    }

    /** A packet to or from port 53 that holds no message. */
    public void unreadable() {
        unreadable++;
    }

    /** A packet that nobody had the time to look at. */
    public void skipped() {
        skipped++;
    }

    private void queried(final Question question, final long time) {
        queries++;
        if (pending.size() == PENDING_MOST && !pending.containsKey(question)) {
            final Iterator<Long> oldest = pending.values().iterator();
            oldest.next();
            oldest.remove();
            untracked++;
        }
        pending.putIfAbsent(question, time);
    }

    private void answered(final Question question, final DnsMessage message, final long time) {
        final Long asked = pending.remove(question);
        if (asked == null) {
            unmatched++;
            return;
        }
        byCode[message.code()]++;
        latency.record(time - asked);
        for (final Address each : message.addresses()) {
            final long ttl = TimeUnit.SECONDS.toNanos(each.ttl());
            final long hold = Math.min(HOLD_MOST_NANOS, Math.max(HOLD_LEAST_NANOS, ttl));
            names.add(each.address(), message.name(), time, time + hold);
        }
    }

    private void forgetOld(final long time) {
        final Iterator<Long> oldest = pending.values().iterator();
        while (oldest.hasNext() && time - oldest.next() > PATIENCE_NANOS) {
            oldest.remove();
            unanswered++;
        }
    }

    /** By which names the container knew the address at a time; may be empty. */
    public List<String> names(final IpAddress address, final long time) {
        return names.at(address, time);
    }

    /**
     * What came of it up to {@code time}.
     *
     * @param lost what the kernel counted
     */
    public DnsFigures figures(final long time, final long lost) {
        forgetOld(time);
        final Map<String, Long> answers = new TreeMap<>();
        for (int code = 0; code < CODES.length; code++) {
            if (byCode[code] > 0) {
                answers.put(CODES[code], byCode[code]);
            }
        }
        return new DnsFigures(
                queries,
                answers,
                unanswered,
                unmatched,
                unreadable,
                untracked,
                lost + skipped,
                names.kept(),
                names.evicted(),
                latency.figures());
    }

    /** Gives what it holds back to the budget; call it when the container is forgotten. */
    public void clear() {
        names.clear();
        pending.clear();
    }
}
