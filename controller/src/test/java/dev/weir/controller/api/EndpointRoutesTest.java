package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import dev.weir.controller.discovery.FoundContainer;
import dev.weir.controller.discovery.Owner;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.dataplane.judge.Judgement;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints, and verdicts between them. */
class EndpointRoutesTest extends RestTest {
    private static final String ENDPOINTS = "/v1/endpoints";
    private static final String MERGE = "application/merge-patch+json";

    private Answer attach(final String pod, final String label) throws IOException {
        return post(
                ENDPOINTS,
                """
                {"netns":"/run/netns/%s","pod":"%s","labels":{"app":"%s"},
                 "ports":[{"name":"http","port":80}]}
                """
                        .formatted(pod, pod, label));
    }

    @Test
    void shouldShowEveryFieldOfTheContract() throws IOException {
        final Answer attached = attach("web", "web");

        assertThat(attached.code()).as(attached.text()).isEqualTo(201);
        final JsonNode endpoint = http.get(ENDPOINTS + "/web-eth0").json();
        assertThat(endpoint.path("containerId").asText()).isEqualTo("web");
        assertThat(endpoint.path("namespace").asText()).isEqualTo("default");
        assertThat(endpoint.path("pod").asText()).isEqualTo("web");
        assertThat(endpoint.at("/labels/app").asText()).isEqualTo("web");
        assertThat(endpoint.path("identity").asInt()).isPositive();
        assertThat(endpoint.at("/ips/0").asText()).isEqualTo("10.0.0.1");
        assertThat(endpoint.path("mac").asText()).isEqualTo("02:00:00:00:00:01");
        assertThat(endpoint.path("interface").asText()).isEqualTo("veth1");
        assertThat(endpoint.path("ifindex").asInt()).isEqualTo(101);
        assertThat(endpoint.path("netns").asLong()).isEqualTo(4_026_532_001L);
        assertThat(endpoint.at("/hooks/0/mode").asText()).isEqualTo("tcx");
        assertThat(endpoint.at("/policy/ingress/isolated").asBoolean()).isFalse();
        assertThat(endpoint.at("/policy/revision").asInt()).isPositive();
        assertThat(endpoint.at("/stats/egress/denied/packets").asInt()).isEqualTo(4);
        assertThat(endpoint.at("/ports/0/protocol").asText()).isEqualTo("TCP");
        assertThat(endpoint.at("/shield/on").asBoolean()).isTrue();
        assertThat(endpoint.at("/redirect/bridge").asText()).isEqualTo("br0");
        assertThat(endpoint.at("/redirect/frames").asLong()).isEqualTo(8);
        assertThat(endpoint.path("hooks").findValuesAsText("hook")).contains("xdp");
    }

    @Test
    void shouldBeFoundByContainerIdAndListed() throws IOException {
        attach("web", "web");
        attach("client", "client");

        assertThat(http.get(ENDPOINTS + "/web").json().path("id").asText()).isEqualTo("web-eth0");
        assertThat(http.get(ENDPOINTS).json().path("items"))
                .extracting(item -> item.path("pod").asText())
                .containsExactly("client", "web");
        failure(http.get(ENDPOINTS + "/none"), 404, "NotFound");
    }

    @Test
    void shouldBeIsolatedWhenAPolicySelectsIt() throws IOException {
        attach("web", "web");
        post(POLICIES, policy("web"));

        final JsonNode policy = http.get(ENDPOINTS + "/web").json().path("policy");

        assertThat(policy.at("/ingress/isolated").asBoolean()).isTrue();
        assertThat(policy.at("/egress/isolated").asBoolean()).isFalse();
    }

    @Test
    void shouldChangeLabelsAndPortsWhenPatched() throws IOException {
        attach("web", "web");

        final JsonNode patched =
                patch(
                                ENDPOINTS + "/web",
                                MERGE,
                                """
                                {"labels":{"app":null,"tier":"db"},
                                 "ports":[{"name":"dns","port":53,"protocol":"UDP"}]}
                                """)
                        .json();

        assertThat(patched.path("labels").toString()).isEqualTo("{\"tier\":\"db\"}");
        assertThat(patched.at("/ports/0/name").asText()).isEqualTo("dns");
        final JsonNode emptied =
                patch(ENDPOINTS + "/web", MERGE, "{\"labels\":null,\"ports\":null}").json();
        assertThat(emptied.path("labels")).isEmpty();
        assertThat(emptied.path("ports")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pod\":\"x\"}|pod",
                "{\"labels\":{\"a\":1}}|labels.a",
                "{\"labels\":[]}|labels",
                "{\"ports\":[{\"name\":\"a\"}]}|ports[0].port",
                "{\"ports\":[{\"name\":\"a\",\"port\":70000}]}|ports[0].port",
                "{\"ports\":[7]}|ports[0]",
            })
    void shouldNameTheFieldWhenAPatchIsInvalid(final String patch, final String field)
            throws IOException {
        attach("web", "web");

        final JsonNode status = failure(patch(ENDPOINTS + "/web", MERGE, patch), 422, "Invalid");

        assertThat(status.at("/details/causes/0/field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pod\":\"x\"}|netns",
                "{\"pod\":\"x\",\"pid\":1,\"netns\":\"/n\"}|netns",
                "{\"pid\":\"1\"}|pid",
                "{\"pid\":1,\"interface\":\"eth0\"}|interface",
            })
    void shouldNameTheFieldWhenAnAttachmentIsInvalid(final String body, final String field)
            throws IOException {
        final JsonNode status = failure(post(ENDPOINTS, body), 422, "Invalid");

        assertThat(status.at("/details/causes/0/field").asText()).isEqualTo(field);
    }

    @Test
    void shouldTakeOnlyMergePatches() throws IOException {
        attach("web", "web");

        failure(patch(ENDPOINTS + "/web", JSON, "{}"), 415, "UnsupportedMediaType");
    }

    @Test
    void shouldBeGoneWhenDetached() throws IOException {
        attach("web", "web");

        final JsonNode status = delete(ENDPOINTS + "/web").json();

        assertThat(status.path("status").asText()).isEqualTo("Success");
        failure(http.get(ENDPOINTS + "/web"), 404, "NotFound");
        failure(delete(ENDPOINTS + "/web"), 404, "NotFound");
    }

    @Test
    void shouldNameTheRuleThatDecides() throws IOException {
        attach("web", "web");
        attach("client", "client");
        attach("other", "other");
        post(POLICIES, policy("web-allow"));

        final JsonNode allowed =
                post(
                                "/v1/verdict",
                                """
                                {"from":"default/client","to":"web-eth0","protocol":"TCP","port":80}
                                """)
                        .json();
        final JsonNode denied =
                post("/v1/verdict", "{\"from\":\"10.0.0.3\",\"to\":\"web\",\"port\":80}").json();

        assertThat(allowed.path("verdict").asText()).isEqualTo("allowed");
        assertThat(allowed.at("/ingress/policy/name").asText()).isEqualTo("web-allow");
        assertThat(allowed.at("/ingress/policy/rule").asText()).isEqualTo("ingress[0]");
        assertThat(allowed.at("/egress/verdict").asText()).isEqualTo("allowed");
        assertThat(denied.path("verdict").asText()).isEqualTo("denied");
        assertThat(denied.at("/ingress/reason").asText()).isEqualTo("no-rule");
        assertThat(denied.at("/ingress/isolatedBy/0").asText()).isEqualTo("default/web-allow");
    }

    @Test
    void shouldSayWhatTheKernelSaysOfTheVerdict() throws IOException {
        attach("web", "web");
        attach("client", "client");
        post(POLICIES, policy("web-allow"));
        final String question = "{\"from\":\"client\",\"to\":\"web\",\"port\":80}";
        final int rule = agent.desired.snapshot().compiled().rules().keySet().iterator().next();
        final int revision = agent.desired.snapshot().revision();

        agent.kernelSays(new Judgement(Verdict.ALLOWED, Reason.POLICY, rule, 256, revision));
        final JsonNode agreed = post("/v1/verdict", question).json().at("/ingress/kernel");
        agent.kernelSays(new Judgement(Verdict.DENIED, Reason.NO_RULE, 0, 256, revision));
        final JsonNode differs = post("/v1/verdict", question).json().at("/ingress/kernel");
        agent.kernelSays(new Judgement(Verdict.ALLOWED, Reason.POLICY, rule, 256, revision + 1));
        final JsonNode moved = post("/v1/verdict", question).json().at("/ingress/kernel");
        final JsonNode supposed =
                post(
                                "/v1/verdict",
                                """
                                {"from":{"namespace":"default","labels":{"app":"client"}},
                                 "to":"web","port":80}
                                """)
                        .json()
                        .at("/ingress/kernel");

        assertThat(agreed.path("agrees").asBoolean()).isTrue();
        assertThat(agreed.path("rule").asText()).isEqualTo("default/web-allow ingress[0]");
        assertThat(differs.path("asked").asBoolean()).isTrue();
        assertThat(differs.path("agrees").asBoolean()).isFalse();
        assertThat(differs.path("reason").asText()).isEqualTo("no-rule");
        assertThat(agent.kernel.disagreements()).isPositive();
        assertThat(moved.path("asked").asBoolean()).isFalse();
        assertThat(moved.path("message").asText()).isEqualTo("policy changed with each attempt");
        assertThat(supposed.path("asked").asBoolean()).isFalse();
        assertThat(supposed.path("message").asText()).isEqualTo("there is no such container");
    }

    @Test
    void shouldAnswerForAContainerThatNeedNotExist() throws IOException {
        attach("web", "web");
        post(POLICIES, policy("web-allow"));

        final JsonNode answer =
                post(
                                "/v1/verdict",
                                """
                                {"from":{"namespace":"default","labels":{"app":"client"}},
                                 "to":{"namespace":"default","pod":"web"},"port":80}
                                """)
                        .json();

        assertThat(answer.path("verdict").asText()).isEqualTo("allowed");
    }

    @Test
    void shouldSayWhyInWordsAndWhatWouldBeWithoutThePolicy() throws IOException {
        attach("web", "web");
        attach("other", "other");
        post(POLICIES, policy("web-allow"));

        final JsonNode side =
                post("/v1/verdict", "{\"from\":\"other\",\"to\":\"web\",\"port\":80}")
                        .json()
                        .path("ingress");

        assertThat(side.at("/rules/0/words").asText())
                .isEqualTo("from pods app=client in namespace default, port TCP 80");
        assertThat(side.at("/rules/0/mismatch").asText())
                .isEqualTo("peer differs: label app is other (wants app=client)");
        assertThat(side.at("/rules/0/differs/0").asText()).isEqualTo("peer");
        assertThat(side.at("/without/0/policy").asText()).isEqualTo("default/web-allow");
        assertThat(side.at("/without/0/verdict").asText()).isEqualTo("allowed");
        assertThat(
                        post("/v1/verdict", "{\"from\":\"web\",\"to\":\"10.9.9.9\",\"port\":80}")
                                .json()
                                .at("/hints/0")
                                .asText())
                .contains("10.9.9.9 is no container of this node");
    }

    @Test
    void shouldTakeAPortByTheNameThatTheReceiverGaveIt() throws IOException {
        attach("web", "web");
        post(POLICIES, policy("web-allow"));
        final String question =
                """
                {"from":{"labels":{"app":"client"},"namespaceLabels":{"team":"a"}},"port":"%s",
                 "to":{"labels":{"app":"web"},"ports":[{"name":"http","port":80}]}}""";

        final JsonNode answer = post("/v1/verdict", question.formatted("http")).json();

        assertThat(answer.path("verdict").asText()).isEqualTo("allowed");
        assertThat(answer.path("portNumber").asInt()).isEqualTo(80);
        assertThat(answer.path("supposed").asBoolean()).isTrue();
        assertThat(
                        failure(post("/v1/verdict", question.formatted("dns")), 422, "Invalid")
                                .path("message")
                                .asText())
                .contains(
                        "dns is no TCP port of the receiver (expected: a number, or one of"
                                + " http/TCP)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"to\":\"web\",\"port\":80}|from",
                "{\"from\":\"none\",\"to\":\"web\",\"port\":80}|from",
                "{\"from\":{\"ip\":\"x\"},\"to\":\"web\",\"port\":80}|from.ip",
                "{\"from\":{},\"to\":\"web\",\"port\":80}|from",
                "{\"from\":\"web\",\"to\":\"web\"}|port",
                "{\"from\":\"web\",\"to\":\"web\",\"port\":\"none\"}|port",
                "{\"from\":\"web\",\"to\":\"web\",\"port\":1,\"protocol\":\"ICMP\"}|port",
                "{\"from\":\"web\",\"to\":\"web\",\"port\":1,\"protocol\":\"XYZ\"}|protocol",
                "{\"from\":\"web\",\"to\":\"web\",\"port\":1,\"at\":\"noon\"}|at",
            })
    void shouldNameTheFieldWhenAQuestionIsInvalid(final String question, final String field)
            throws IOException {
        attach("web", "web");

        final JsonNode status = failure(post("/v1/verdict", question), 422, "Invalid");

        assertThat(status.at("/details/causes"))
                .extracting(cause -> cause.path("field").asText())
                .contains(field);
    }

    /** Another container beside the one that {@link #attach} makes first. */
    private void find(final String id, final int ifIndex, final String ifname) {
        agent.found.add(
                new FoundContainer(
                        "veth" + ifIndex,
                        ifIndex,
                        Optional.of(
                                new VethPair(
                                        ifname,
                                        new MacAddress(0x0200_0000_0009L),
                                        List.of(IpAddress.parse("10.0.0.9")),
                                        "veth" + ifIndex,
                                        ifIndex,
                                        new MacAddress(0x0600_0000_0009L),
                                        "/run/netns/found",
                                        4_026_532_009L,
                                        9)),
                        new Owner(3, List.of(17, 18, 19), "nginx", "/docker/" + id, "docker", id)));
    }

    @Test
    void shouldListWhatIsNotAttachedOnlyWhenAsked() throws IOException {
        attach("web", "web");
        find("web", 101, "eth0");
        find("c".repeat(64), 205, "eth0");
        agent.found.add(new FoundContainer("veth300", 300, Optional.empty(), Owner.NONE));

        assertThat(http.get(ENDPOINTS).json().path("items")).hasSize(1);
        final JsonNode items = http.get(ENDPOINTS + "?all=true").json().path("items");

        assertThat(items).hasSize(3);
        assertThat(items.get(0).path("id").asText()).isEqualTo("web-eth0");
        assertThat(items.get(0).path("managed").asBoolean()).isTrue();
        assertThat(items.get(0).path("processes").asInt()).isEqualTo(3);
        assertThat(items.get(1).toString())
                .isEqualTo(
                        "{\"managed\":false,\"interface\":\"veth205\",\"ifindex\":205,"
                                + "\"containerId\":\""
                                + "c".repeat(64)
                                + "\",\"ifname\":\"eth0\",\"netns\":4026532009,"
                                + "\"mac\":\"02:00:00:00:00:09\",\"ips\":[\"10.0.0.9\"],"
                                + "\"processes\":3,\"pids\":[17,18,19],\"command\":\"nginx\","
                                + "\"cgroup\":\"/docker/"
                                + "c".repeat(64)
                                + "\",\"runtime\":\"docker\"}");
        assertThat(items.get(2).has("netns")).as("nobody shows its namespace").isFalse();
        failure(http.get(ENDPOINTS + "?all=some"), 400, "BadRequest");
    }

    @ParameterizedTest
    @CsvSource({"veth205, found-eth7", "found, found-eth7"})
    void shouldAttachWhatWasFoundByInterfaceOrContainer(final String name, final String id)
            throws IOException {
        find("found", 205, "eth7");

        final Answer attached = post(ENDPOINTS, "{\"found\":\"%s\"}".formatted(name));

        assertThat(attached.code()).as(attached.text()).isEqualTo(201);
        assertThat(attached.json().path("containerId").asText()).isEqualTo("found");
        assertThat(attached.json().path("id").asText()).isEqualTo(id);
    }

    @Test
    void shouldRefuseANameThatIsNobodysOrTwoInterfaces() throws IOException {
        find("a".repeat(64), 205, "eth0");
        find("a".repeat(64), 206, "eth1");

        assertThat(post(ENDPOINTS, "{\"found\":\"veth9\"}").text())
                .contains("veth9 (expected: a host interface or container id");
        assertThat(post(ENDPOINTS, "{\"found\":\"aaaaaaaaaaaa\"}").text())
                .contains("has 2 interfaces (expected: one of veth205, veth206)");
        assertThat(post(ENDPOINTS, "{\"found\":\"aaaaaaaaaaaa\",\"ifname\":\"eth1\"}").code())
                .isEqualTo(201);
        assertThat(post(ENDPOINTS, "{\"found\":\"veth205\",\"pid\":1}").code()).isEqualTo(422);
    }
}
