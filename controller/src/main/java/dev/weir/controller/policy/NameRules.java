package dev.weir.controller.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Kubernetes' rules for names, labels, annotations and ports. Each answers with what is wrong, in
 * Kubernetes' words; an empty list means valid.
 */
public final class NameRules {
    private static final int MAX_ANNOTATION_BYTES = 256 * 1024;
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String DNS_SUBDOMAIN = DNS_LABEL + "(\\." + DNS_LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern DNS_LABEL_PATTERN = Pattern.compile(DNS_LABEL);
    private static final Pattern DNS_SUBDOMAIN_PATTERN = Pattern.compile(DNS_SUBDOMAIN);
    private static final Pattern QUALIFIED_PATTERN = Pattern.compile(QUALIFIED);
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");

    private NameRules() {}

    /** RFC 1123 label, such as a namespace's name: at most 63 characters. */
    public static List<String> dnsLabel(final String value) {
        final List<String> wrong = new ArrayList<>();
        tooLong(value, 63, wrong);
        if (!DNS_LABEL_PATTERN.matcher(value).matches()) {
            wrong.add(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                            + " or '-', and must start and end with an alphanumeric character (e.g."
                            + " 'my-name',  or '123-abc', regex used for validation is '"
                            + DNS_LABEL
                            + "')");
        }
        return wrong;
    }

    /** RFC 1123 subdomain, such as a policy's name: at most 253 characters. */
    public static List<String> dnsSubdomain(final String value) {
        final List<String> wrong = new ArrayList<>();
        tooLong(value, 253, wrong);
        if (!DNS_SUBDOMAIN_PATTERN.matcher(value).matches()) {
            wrong.add(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                            + " characters, '-' or '.', and must start and end with an alphanumeric"
                            + " character (e.g. 'example.com', regex used for validation is '"
                            + DNS_SUBDOMAIN
                            + "')");
        }
        return wrong;
    }

    /** Key of a label: a name of at most 63 characters with an optional DNS prefix and '/'. */
    public static List<String> labelKey(final String key) {
        final List<String> wrong = new ArrayList<>();
        final String[] parts = key.split("/", -1);
        if (parts.length > 2) {
            wrong.add(
                    "a qualified name "
                            + qualifiedText()
                            + " with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return wrong;
        }
        if (parts.length == 2 && parts[0].isEmpty()) {
            wrong.add("prefix part must be non-empty");
        } else if (parts.length == 2) {
            dnsSubdomain(parts[0]).forEach(message -> wrong.add("prefix part " + message));
        }
        final String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (name.length() > 63) {
            wrong.add("name part must be no more than 63 characters");
        }
        if (!QUALIFIED_PATTERN.matcher(name).matches()) {
            wrong.add("name part " + qualifiedText());
        }
        return wrong;
    }

    private static String qualifiedText() {
        return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc',"
                + " regex used for validation is '"
                + QUALIFIED
                + "')";
    }

    /** Value of a label: empty, or at most 63 characters. */
    public static List<String> labelValue(final String value) {
        final List<String> wrong = new ArrayList<>();
        tooLong(value, 63, wrong);
        if (!value.isEmpty() && !QUALIFIED_PATTERN.matcher(value).matches()) {
            wrong.add(
                    "a valid label must be an empty string or consist of alphanumeric characters,"
                            + " '-', '_' or '.', and must start and end with an alphanumeric"
                            + " character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used"
                            + " for validation is '("
                            + QUALIFIED
                            + ")?')");
        }
        return wrong;
    }

    /** Key of an annotation: as a label's, in any case. */
    public static List<String> annotationKey(final String key) {
        return labelKey(key.toLowerCase(Locale.ROOT));
    }

    /** All annotations together are bounded. */
    public static List<String> annotationSize(final Map<String, String> annotations) {
        long size = 0;
        for (final Map.Entry<String, String> entry : annotations.entrySet()) {
            size += entry.getKey().length() + (long) entry.getValue().length();
        }
        return size > MAX_ANNOTATION_BYTES
                ? List.of("may not be more than " + MAX_ANNOTATION_BYTES + " bytes")
                : List.of();
    }

    /** Name of a port: IANA service name, RFC 6335. */
    public static List<String> portName(final String name) {
        final List<String> wrong = new ArrayList<>();
        tooLong(name, 15, wrong);
        if (!PORT_NAME.matcher(name).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    /** Number of a port. */
    public static List<String> portNumber(final long port) {
        return port < 1 || port > 65535
                ? List.of("must be between 1 and 65535, inclusive")
                : List.of();
    }

    private static void tooLong(final String value, final int max, final List<String> wrong) {
        if (value.length() > max) {
            wrong.add("must be no more than " + max + " characters");
        }
    }
}
