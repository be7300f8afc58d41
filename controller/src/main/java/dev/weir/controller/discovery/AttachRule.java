package dev.weir.controller.discovery;

import dev.weir.controller.apply.Desired;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.HostWatcher;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.controller.thread.Daemons;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attaches every veth that leads into another namespace, once its container has addresses and they
 * have stayed the same from one look to the next. Does nothing while no veth appears.
 *
 * <p>Each veth is attached once: one that was detached by hand stays so until the agent starts
 * again. Whoever knows the container better (the CNI, REST) takes such an endpoint over.
 */
public final class AttachRule implements HostWatcher.Events, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AttachRule.class);
    private static final long PERIOD_MILLIS = 500;
    private static final int LOOKS = 120;
    private static final long ATTACH_SECONDS = 30;

    private final HostWatcher.Events applier;
    private final Desired desired;
    private final ContainerDiscovery discovery;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean isLookDue = new AtomicBoolean();

    /** Interfaces that need no further look. */
    private final Set<Integer> settled = ConcurrentHashMap.newKeySet();

    /** Interfaces not attached yet; only the timer's thread. */
    private final Map<Integer, Candidate> candidates = new HashMap<>();

    /** A veth as it was at the last look. */
    private static final class Candidate {
        private List<IpAddress> addresses = List.of();
        private int looks;
        private String problem = "";
    }

    /**
     * @param applier who else hears of links
     */
    AttachRule(
            final HostWatcher.Events applier,
            final Desired desired,
            final ContainerDiscovery discovery) {
        this.applier = applier;
        this.desired = desired;
        this.discovery = discovery;
        this.timer = Executors.newSingleThreadScheduledExecutor(Daemons.named("weir-attach-rule"));
    }

    /** Looks at what is there, and from then on at what appears. */
    public static AttachRule start(
            final HostWatcher.Events applier,
            final Desired desired,
            final ContainerDiscovery discovery) {
        final AttachRule rule = new AttachRule(applier, desired, discovery);
        rule.lookSoon();
        return rule;
    }

    @Override
    public void linkChanged(final NetworkLink link) {
        applier.linkChanged(link);
        if (HostContainers.leadsAway(link) && !settled.contains(link.ifIndex())) {
            lookSoon();
        }
    }

    @Override
    public void linkGone(final int ifIndex) {
        applier.linkGone(ifIndex);
        settled.remove(ifIndex);
    }

    @Override
    public void trafficControlChanged(final int ifIndex) {
        applier.trafficControlChanged(ifIndex);
    }

    @Override
    public void addressesChanged() {
        applier.addressesChanged();
    }

    @Override
    public void newsLost() {
        applier.newsLost();
        settled.clear();
        lookSoon();
    }

    private void lookSoon() {
        if (isLookDue.compareAndSet(false, true) && !timer.isShutdown()) {
            timer.schedule(this::lookAndPlan, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookAndPlan() {
        isLookDue.set(false);
        try {
            if (look()) {
                lookSoon();
            }
        } catch (final RuntimeException e) {
            LOG.error("containers could not be looked for: {}", e.toString());
        }
    }

    /** Attaches what is ready; true while there is something to wait for. */
    boolean look() {
        desired.snapshot().endpoints().values().forEach(each -> settled.add(each.ifIndex()));
        final Map<Integer, Candidate> before = new HashMap<>(candidates);
        candidates.clear();
        for (final FoundContainer found : discovery.find(index -> !settled.contains(index))) {
            final Candidate candidate = before.getOrDefault(found.ifIndex(), new Candidate());
            if (isReady(found, candidate) && attached(found, candidate)) {
                settled.add(found.ifIndex());
            } else if (++candidate.looks < LOOKS) {
                candidates.put(found.ifIndex(), candidate);
            } else {
                settled.add(found.ifIndex());
                LOG.warn(
                        "interface {} is not attached: {}",
                        found.interfaceName(),
                        candidate.problem.isEmpty()
                                ? "its container has no address"
                                : candidate.problem);
            }
        }
        return !candidates.isEmpty();
    }

    /** An address that came after the attach would be a spoofed one. */
    private static boolean isReady(final FoundContainer found, final Candidate candidate) {
        final List<IpAddress> addresses = found.veth().map(VethPair::addresses).orElse(List.of());
        final boolean same = addresses.equals(candidate.addresses);
        candidate.addresses = addresses;
        return same && !addresses.isEmpty();
    }

    private boolean attached(final FoundContainer found, final Candidate candidate) {
        try {
            desired.attach(request(found)).get(ATTACH_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (final ExecutionException e) {
            candidate.problem = e.getCause().getMessage();
        } catch (final TimeoutException e) {
            candidate.problem = "no answer in " + ATTACH_SECONDS + " s";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static AttachRequest request(final FoundContainer found) {
        final VethPair veth = found.veth().orElseThrow();
        return new AttachRequest(
                Optional.of(veth.netns()),
                OptionalInt.empty(),
                found.owner().containerId(),
                veth.containerInterface(),
                "",
                "default",
                "",
                Map.of(AttachRequest.ATTACHED_BY, "all-veths"),
                List.of(),
                List.of(),
                true);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
