package dev.weir.controller.apply;

import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.controller.policy.Cause;
import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.table.EndpointTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What an endpoint may be called and labelled; all problems at once. */
final class AttachChecks {
    private static final Pattern CONTAINER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern LABEL_VALUE =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern LABEL_KEY =
            Pattern.compile(
                    "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?"
                            + "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");
    private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

    private AttachChecks() {}

    /**
     * Checks what can be checked without the kernel.
     *
     * @throws ControllerException 422 with every problem
     */
    static void check(final AttachRequest request) {
        final List<Cause> causes = new ArrayList<>();
        if (request.netns().isPresent() == request.pid().isPresent()) {
            causes.add(
                    new Cause("netns", "FieldValueRequired", "expected: either netns or pid, one"));
        }
        if (!request.containerId().isEmpty()) {
            matches(causes, "containerId", request.containerId(), CONTAINER_ID, "a container id");
        }
        matches(causes, "namespace", request.namespace(), NAMESPACE, "a DNS label, RFC 1123");
        labels(causes, request.labels());
        ports(causes, request.ports());
        refuse("endpoint", causes);
    }

    /**
     * Checks a change of labels and ports.
     *
     * @throws ControllerException 422 with every problem
     */
    static void check(final Map<String, String> labels, final List<NamedPort> ports) {
        final List<Cause> causes = new ArrayList<>();
        labels(causes, labels);
        ports(causes, ports);
        refuse("endpoint", causes);
    }

    /**
     * The interface must have what the CNI result says.
     *
     * @throws ControllerException 422 naming what is missing
     */
    static void hasAddresses(final VethPair veth, final List<IpAddress> expected) {
        final List<Cause> causes = new ArrayList<>();
        for (final IpAddress address : expected) {
            if (!veth.addresses().contains(address)) {
                causes.add(
                        new Cause(
                                "ips",
                                "FieldValueInvalid",
                                address
                                        + " is not on interface "
                                        + veth.containerInterface()
                                        + " (expected: one of "
                                        + veth.addresses()
                                        + ")"));
            }
        }
        refuse("endpoint", causes);
    }

    /**
     * The interface is bound last, but it is asked for before the first write.
     *
     * @throws ControllerException 422 if other interfaces have all of its bucket
     */
    static void hasRoom(final VethPair veth, final EndpointTable endpoints) {
        if (endpoints.room(veth.ifIndex()) == 0) {
            throw ControllerException.invalid(
                    "ifname",
                    "interface "
                            + veth.interfaceName()
                            + " does not fit: its bucket of the table interfaces needs 1 more entry"
                            + " (0 free, limit: "
                            + EndpointLayout.INTERFACE_WAYS
                            + "; expected: an interface whose number is not that of as many others"
                            + " modulo "
                            + EndpointLayout.INTERFACE_BUCKETS
                            + ": make it anew)");
        }
    }

    private static void refuse(final String what, final List<Cause> causes) {
        if (!causes.isEmpty()) {
            final StringBuilder message = new StringBuilder(what).append(" is invalid");
            causes.forEach(
                    cause -> message.append(message.indexOf(":") < 0 ? ": " : "; ").append(cause));
            throw new ControllerException(422, "Invalid", message.toString(), causes);
        }
    }

    private static void labels(final List<Cause> causes, final Map<String, String> labels) {
        labels.forEach(
                (key, value) -> {
                    matches(causes, "labels", key, LABEL_KEY, "a label key as Kubernetes has them");
                    matches(
                            causes,
                            "labels." + key,
                            value,
                            LABEL_VALUE,
                            "a label value: up to 63 letters, digits, -, _ and .");
                });
    }

    private static void ports(final List<Cause> causes, final List<NamedPort> ports) {
        final Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            final NamedPort port = ports.get(i);
            final String field = "ports[" + i + "]";
            matches(causes, field + ".name", port.name(), PORT_NAME, "an IANA service name");
            if (port.port() < 1 || port.port() > 65_535) {
                invalid(causes, field + ".port", Integer.toString(port.port()), "1-65535");
            }
            if (!PROTOCOLS.contains(port.protocol())) {
                invalid(causes, field + ".protocol", port.protocol(), "TCP, UDP or SCTP");
            }
            if (!names.add(port.name() + "/" + port.protocol())) {
                causes.add(
                        new Cause(
                                field + ".name",
                                "FieldValueDuplicate",
                                port.name() + " is there twice for " + port.protocol()));
            }
        }
    }

    private static void matches(
            final List<Cause> causes,
            final String field,
            final String value,
            final Pattern form,
            final String expected) {
        if (!form.matcher(value).matches()) {
            invalid(causes, field, value, expected);
        }
    }

    private static void invalid(
            final List<Cause> causes,
            final String field,
            final String value,
            final String expected) {
        causes.add(new Cause(field, "FieldValueInvalid", value + " (expected: " + expected + ")"));
    }
}
