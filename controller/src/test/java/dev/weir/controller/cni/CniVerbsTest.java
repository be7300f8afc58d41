package dev.weir.controller.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.ContainerEndpoints;
import dev.weir.controller.apply.ControllerException;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Recorded endpoints = new Recorded();
    private boolean ready = true;
    private final CniVerbs verbs = new CniVerbs(endpoints, () -> ready);

    @ParameterizedTest
    @ValueSource(strings = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void shouldGiveThePreviousResultInTheAskedVersion(final String version) throws IOException {
        final CniAnswer answer =
                call(
                        "ADD",
                        config(
                                version,
                                """
                                "prevResult":{"cniVersion":"%s","interfaces":[
                                 {"name":"cni0","mac":"a","mtu":1500},
                                 {"name":"veth1"},
                                 {"name":"eth0","sandbox":"/run/netns/x","own":{"k":[1.0]}}],
                                 "ips":[{"address":"10.1.0.2/24","gateway":"10.1.0.1","interface":2},
                                        {"address":"fd00::2/64","interface":2},
                                        {"address":"10.1.0.1/24","interface":0}],
                                 "routes":[{"dst":"0.0.0.0/0","mtu":1400}],"dns":{},"vendor":{"x":1}}
                                """
                                        .formatted(version)));

        assertThat(answer.failed()).isFalse();
        final ObjectNode result = answer.body().orElseThrow();
        assertThat(result.path("cniVersion").asText()).isEqualTo(version);
        assertThat(result.path("vendor").path("x").asInt()).isEqualTo(1);
        assertThat(result.path("interfaces").get(2).path("own").toString())
                .isEqualTo("{\"k\":[1.0]}");
        assertThat(result.path("routes").get(0).path("mtu").asInt()).isEqualTo(1_400);
        final boolean old = version.startsWith("0.");
        assertThat(result.path("ips").get(0).path("version").asText("none"))
                .isEqualTo(old ? "4" : "none");
        assertThat(result.path("ips").get(1).path("version").asText("none"))
                .isEqualTo(old ? "6" : "none");
        assertThat(endpoints.attached.get(0).expectedAddresses())
                .containsExactly(IpAddress.parse("10.1.0.2"), IpAddress.parse("fd00::2"));
    }

    @Test
    void shouldTakeLabelsLaterOverEarlierAndTheNamesOfThePod() throws IOException {
        final ObjectNode message =
                message(
                        "ADD",
                        config(
                                "1.1.0",
                                """
                                "labels":{"team":"shop","app":"one"},
                                "args":{"cni":{"labels":[{"key":"app","value":"two"}],
                                 "ports":[{"name":"http","port":8080},
                                          {"name":"dns","port":53,"protocol":"UDP"}]}},
                                "prevResult":{"cniVersion":"1.1.0","ips":[]}
                                """));
        message.put("args", "IgnoreUnknown=1;K8S_POD_NAMESPACE=prod;K8S_POD_NAME=web-1");

        verbs.call(message).join();

        final AttachRequest request = endpoints.attached.get(0);
        assertThat(request.labels()).isEqualTo(Map.of("team", "shop", "app", "two"));
        assertThat(request.ports())
                .containsExactly(
                        new NamedPort("http", 8080, "TCP"), new NamedPort("dns", 53, "UDP"));
        assertThat(request.namespace()).isEqualTo("prod");
        assertThat(request.pod()).isEqualTo("web-1");
        assertThat(request.network()).isEqualTo("net");
        assertThat(request.netns()).contains("/run/netns/x");
    }

    @Test
    void shouldCallAPodWithoutANameByItsContainer() throws IOException {
        call("ADD", config("1.0.0", "\"prevResult\":{\"cniVersion\":\"1.0.0\"}"));

        assertThat(endpoints.attached.get(0).namespace()).isEqualTo("default");
        assertThat(endpoints.attached.get(0).pod()).isEqualTo("c1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.0.0 | \"x\":1 | 7 | prevResult: missing",
                "1.0.0 | \"prevResult\":[] | 7 | prevResult: []",
                "2.0.0 | \"prevResult\":{} | 1 | cniVersion: 2.0.0 (expected: one of [0.3.0",
                "1.0.0 | \"prevResult\":{\"cniVersion\":\"0.2.0\"} | 1 | prevResult.cniVersion: 0.2.0",
                "1.0.0 | \"prevResult\":{\"ips\":[{\"address\":\"10.1/x\"}]} | 6 | prevResult.ips",
                "1.0.0 | \"prevResult\":{},\"labels\":[] | 7 | labels: [] (expected: an object",
                "1.0.0 | \"prevResult\":{},\"labels\":{\"a\":1} | 7 | labels.a: 1 (expected: text)",
                "1.0.0 | \"prevResult\":{},\"args\":{\"cni\":{\"labels\":[{\"key\":\"a\"}]}} | 7 "
                        + "| args.cni.labels[0].value: missing",
                "1.0.0 | \"prevResult\":{},\"args\":{\"cni\":{\"ports\":[{\"name\":\"a\",\"port\":\"b\"}]}} "
                        + "| 7 | args.cni.ports[0].port"
            })
    void shouldRefuseWithTheCodeOfTheSpecification(
            final String version, final String rest, final int code, final String message)
            throws IOException {
        final CniAnswer answer = call("ADD", config(version, rest));

        assertThat(answer.failed()).isTrue();
        final ObjectNode error = answer.body().orElseThrow();
        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("msg").asText()).contains(message);
        assertThat(error.path("cniVersion").asText()).isEqualTo(version);
        assertThat(endpoints.attached).isEmpty();
    }

    @Test
    void shouldRefuseArgsThatAreNoPairs() throws IOException {
        final ObjectNode message = message("ADD", config("1.0.0", "\"prevResult\":{}"));
        message.put("args", "nonsense");

        final CniAnswer answer = verbs.call(message).join();

        assertThat(answer.body().orElseThrow().path("code").asInt()).isEqualTo(4);
    }

    @Test
    void shouldPassOnWhyTheAgentRefused() throws IOException {
        endpoints.refusal = ControllerException.invalid("netns", "network namespace is gone");
        assertThat(code("ADD")).isEqualTo(4);
        endpoints.refusal = ControllerException.invalid("ifname", "is no veth");
        assertThat(code("ADD")).isEqualTo(7);
        endpoints.refusal = ControllerException.conflict("address belongs to another");
        assertThat(code("ADD")).isEqualTo(111);
        endpoints.refusal = ControllerException.unavailable("stopping");
        assertThat(code("ADD")).isEqualTo(11);
        endpoints.refusal = ControllerException.internal("disk");
        assertThat(code("ADD")).isEqualTo(5);
    }

    private int code(final String command) throws IOException {
        return call(command, config("1.0.0", "\"prevResult\":{}"))
                .body()
                .orElseThrow()
                .path("code")
                .asInt();
    }

    @Test
    void shouldNotLetAnAddOvertakeDeletesThatWait() throws IOException {
        ready = false;

        assertThat(code("ADD")).isEqualTo(11);
        assertThat(code("STATUS")).isEqualTo(50);
        assertThat(call("DEL", config("1.0.0", "\"x\":1")).failed()).isFalse();
        ready = true;
        assertThat(call("STATUS", config("1.1.0", "\"x\":1")).body()).isEmpty();
    }

    @Test
    void shouldDeleteWhatIsNotThere() throws IOException {
        assertThat(call("DEL", config("1.0.0", "\"x\":1")).failed()).isFalse();
        assertThat(endpoints.detached).containsExactly("c1 eth0 ");
    }

    @Test
    void shouldSayWhatCheckFoundWrong() throws IOException {
        assertThat(code("CHECK")).isEqualTo(3);
        endpoints.add("c1", "net");
        assertThat(call("CHECK", config("1.0.0", "\"prevResult\":{}")).failed()).isFalse();
        endpoints.problems = List.of("hook to on veth1 is missing");

        final CniAnswer answer =
                call(
                        "CHECK",
                        config("1.0.0", "\"prevResult\":{\"ips\":[{\"address\":\"10.9.9.9/8\"}]}"));

        assertThat(answer.body().orElseThrow().path("msg").asText())
                .contains("hook to on veth1 is missing")
                .contains("10.9.9.9");
    }

    @Test
    void shouldCollectWhatTheNetworksListDoesNotHave() throws IOException {
        endpoints.add("c1", "net");
        endpoints.add("c2", "net");
        endpoints.add("c3", "other");

        final CniAnswer answer =
                call(
                        "GC",
                        config(
                                "1.1.0",
                                "\"cni.dev/valid-attachments\":"
                                        + "[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]"));

        assertThat(answer.failed()).isFalse();
        assertThat(endpoints.detached).containsExactly("c2 eth0 ");
    }

    @Test
    void shouldCollectNothingWithoutAList() throws IOException {
        endpoints.add("c1", "net");

        assertThat(code("GC")).isEqualTo(7);
        assertThat(endpoints.detached).isEmpty();
    }

    @Test
    void shouldWorkOffNotesAndTakeOverTheFolderOfAPlugin(@TempDir final Path directory)
            throws IOException {
        final Path folder = Files.createDirectories(directory.resolve("run/w.sock.deletes"));
        Files.writeString(
                folder.resolve("a.json"),
                "{\"containerId\":\"c1\",\"ifname\":\"eth0\",\"netns\":\"/n\",\"network\":\"net\"}");
        Files.writeString(folder.resolve("b.json"), "{\"containerId\":");
        final DeleteNotes notes =
                new DeleteNotes(directory.resolve("run/w.sock"), directory.resolve("state"));

        notes.prepare();
        notes.prepare();
        final int failed = notes.workOff(endpoints);

        assertThat(failed).isZero();
        assertThat(folder).isSymbolicLink();
        assertThat(endpoints.detached).containsExactly("c1 eth0 /n");
        assertThat(directory.resolve("state/deletes/a.json")).doesNotExist();
        assertThat(directory.resolve("state/deletes/b.json.damaged")).exists();
    }

    @Test
    void shouldKeepANoteThatCouldNotBeWorkedOff(@TempDir final Path directory) throws IOException {
        final DeleteNotes notes =
                new DeleteNotes(directory.resolve("w.sock"), directory.resolve("state"));
        notes.prepare();
        final Path note = directory.resolve("w.sock.deletes/a.json");
        Files.writeString(note, "{\"containerId\":\"c1\",\"ifname\":\"eth0\"}");
        endpoints.refusal = ControllerException.internal("disk");

        assertThat(notes.workOff(endpoints)).isEqualTo(1);
        assertThat(note).exists();
        endpoints.refusal = null;
        assertThat(notes.workOff(endpoints)).isZero();
        assertThat(note).doesNotExist();
    }

    @Test
    void shouldRemoveWhatAKilledPluginLeftOfANote(@TempDir final Path directory) throws Exception {
        final DeleteNotes notes =
                new DeleteNotes(directory.resolve("w.sock"), directory.resolve("state"));
        notes.prepare();
        final Process plugin = new ProcessBuilder("sleep", "1000").start();
        final Path begun = directory.resolve("state/deletes/.new-" + plugin.pid());
        Files.writeString(begun, "{\"containerId\":");

        notes.workOff(endpoints);
        assertThat(begun).as("as long as it may go on").exists();
        plugin.destroyForcibly().waitFor();
        notes.workOff(endpoints);

        assertThat(begun).doesNotExist();
        assertThat(endpoints.detached).isEmpty();
    }

    private CniAnswer call(final String command, final String config) throws IOException {
        return verbs.call(message(command, config)).join();
    }

    private static ObjectNode message(final String command, final String config)
            throws IOException {
        final ObjectNode message = JSON.createObjectNode();
        message.put("command", command).put("containerId", "c1").put("netns", "/run/netns/x");
        message.put("ifname", "eth0").put("args", "").put("path", "/opt/cni/bin");
        final JsonNode tree = JSON.readTree(config);
        message.set("config", tree);
        return message;
    }

    private static String config(final String version, final String rest) {
        return "{\"cniVersion\":\"%s\",\"name\":\"net\",\"type\":\"weir-cni\",%s}"
                .formatted(version, rest);
    }

    /** Remembers what it was asked. */
    private static final class Recorded implements ContainerEndpoints {
        private final List<AttachRequest> attached = new ArrayList<>();
        private final List<String> detached = new ArrayList<>();
        private final SortedMap<String, Endpoint> known = new TreeMap<>();
        private List<String> problems = List.of();
        private ControllerException refusal;

        void add(final String containerId, final String network) {
            final Endpoint endpoint =
                    new Endpoint(
                            containerId + "-eth0",
                            known.size() + 1,
                            containerId,
                            network,
                            "default",
                            containerId,
                            Map.of(),
                            List.of(),
                            256,
                            List.of(),
                            new MacAddress(1),
                            "eth0",
                            "veth1",
                            3,
                            "/run/netns/x",
                            1,
                            1,
                            List.of(),
                            EndpointPolicy.OPEN,
                            1);
            known.put(endpoint.id(), endpoint);
        }

        @Override
        public CompletableFuture<Endpoint> attach(final AttachRequest request) {
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal);
            }
            attached.add(request);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Optional<Endpoint>> detach(
                final String containerId, final String containerInterface, final String netns) {
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal);
            }
            detached.add(containerId + " " + containerInterface + " " + netns);
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<List<String>> check(
                final String containerId, final String containerInterface) {
            return CompletableFuture.completedFuture(problems);
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(
                    DesiredState.EMPTY,
                    CompiledState.EMPTY,
                    known,
                    Map.of(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    1,
                    1);
        }
    }
}
