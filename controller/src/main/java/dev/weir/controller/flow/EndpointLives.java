package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.Int2ObjectHashMap;

/** Every use of an endpoint number that is attached or that a flow in memory still names. */
final class EndpointLives {
    private static final int RECENT = 256;

    private final FlowNames names;
    private final Int2ObjectHashMap<EndpointLife> bySerial = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<EndpointLife> byNumber = new Int2ObjectHashMap<>();

    /** The last one asked for of those whose serials end alike: the sweep asks for every flow. */
    private final EndpointLife[] recent = new EndpointLife[RECENT];

    /**
     * Null when it is to be made anew: endpoints come by the hundred, and nobody asks meanwhile.
     */
    private LocalAddresses addresses;

    private int lastSerial;

    EndpointLives(final FlowNames names) {
        this.names = names;
    }

    /** The life that uses the number now; begun here if nobody told of it. */
    EndpointLife current(final int number) {
        final EndpointLife known = byNumber.get(number);
        return known != null ? known : begin(number);
    }

    private EndpointLife begin(final int number) {
        final EndpointLife life = new EndpointLife(++lastSerial, number);
        names.endpoint(number).ifPresent(life::endpoint);
        bySerial.put(life.serial, life);
        byNumber.put(number, life);
        return life;
    }

    /** The life with the serial, 0 and those forgotten: null. */
    EndpointLife get(final int serial) {
        final EndpointLife last = recent[serial & RECENT - 1];
        if (last != null && last.serial == serial) {
            return last;
        }
        final EndpointLife life = bySerial.get(serial);
        recent[serial & RECENT - 1] = life;
        return life;
    }

    /** The number is {@code endpoint}'s from now on. */
    EndpointLife attach(final Endpoint endpoint) {
        EndpointLife life = byNumber.get(endpoint.number());
        if (life != null && !isSame(life, endpoint)) {
            detach(endpoint.number());
            life = null;
        }
        if (life == null) {
            life = begin(endpoint.number());
        }
        life.endpoint(endpoint);
        life.attached = true;
        addresses = null;
        return life;
    }

    private static boolean isSame(final EndpointLife life, final Endpoint endpoint) {
        return life.endpoint() == null || life.endpoint().id().equals(endpoint.id());
    }

    /** The number is nobody's from now on; null if it was nobody's before. */
    EndpointLife detach(final int number) {
        final EndpointLife life = byNumber.remove(number);
        if (life != null) {
            refresh(life);
            life.attached = false;
            addresses = null;
            forgetIfUnused(life);
        }
        return life;
    }

    /** Serial of the attached endpoint that owns the address; 0 if none or several do. */
    int owner(final long addressHigh, final long addressLow) {
        if (addresses == null) {
            addresses = LocalAddresses.of(byNumber.values());
        }
        return addresses.owner(addressHigh, addressLow);
    }

    /** The endpoint as it is now if it is attached, else as it was last; null if unknown. */
    Endpoint endpoint(final int serial) {
        final EndpointLife life = bySerial.get(serial);
        if (life == null) {
            return null;
        }
        refresh(life);
        return life.endpoint();
    }

    private void refresh(final EndpointLife life) {
        if (byNumber.get(life.number) == life || life.attached) {
            names.endpoint(life.number).filter(now -> isSame(life, now)).ifPresent(life::endpoint);
        }
    }

    void hold(final int serial) {
        final EndpointLife life = bySerial.get(serial);
        if (life != null) {
            life.references++;
        }
    }

    void release(final int serial) {
        final EndpointLife life = bySerial.get(serial);
        if (life != null) {
            life.references--;
            forgetIfUnused(life);
        }
    }

    private void forgetIfUnused(final EndpointLife life) {
        if (life.references == 0 && byNumber.get(life.number) != life) {
            bySerial.remove(life.serial);
            if (life.dns != null) {
                life.dns.clear();
            }
            recent[life.serial & RECENT - 1] = null;
        }
    }

    boolean isAttached(final Endpoint endpoint) {
        final EndpointLife life = byNumber.get(endpoint.number());
        return life != null && life.attached && isSame(life, endpoint);
    }

    /** The life that uses the number, if that is attached. */
    Optional<EndpointLife> attached(final int number) {
        return Optional.ofNullable(byNumber.get(number)).filter(life -> life.attached);
    }

    /** The life that uses the number; null if none does. */
    EndpointLife known(final int number) {
        return byNumber.get(number);
    }

    /** Those that use a number now, attached or not; for iteration without allocation. */
    Collection<EndpointLife> all() {
        return byNumber.values();
    }

    /** The attached ones, by number. */
    List<EndpointLife> attached() {
        final List<EndpointLife> lives = new ArrayList<>();
        byNumber.forEachInt(
                (number, life) -> {
                    if (life.attached) {
                        lives.add(life);
                    }
                });
        lives.sort((a, b) -> Integer.compare(a.number, b.number));
        return lives;
    }
}
