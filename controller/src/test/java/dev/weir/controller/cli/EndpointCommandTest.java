package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointCommandTest extends CliContract {
    private static final String WEB =
            """
            {"id":"web-eth0","containerId":"web","namespace":"default","pod":"web","labels":{"app":\
            "web","tier":"front"},"identity":1004,"ips":["10.1.0.3","fd00::3"],"mac":\
            "0a:58:0a:01:00:03","interface":"veth1","ifindex":7,"netns":4026532300,"hooks":[{"hook":\
            "from-container","mode":"tcx"},{"hook":"xdp","mode":"none","problem":"foreign program"}],\
            "policy":{"number":2,"revision":9,"ingress":{"isolated":true},"egress":{"isolated":\
            false}},"unheardOf":12345678901234567890}""";

    private static final String ITEMS =
            "{\"items\":["
                    + WEB
                    + ",{\"id\":\"db-eth0\",\"namespace\":\"shop\",\"pod\":\"db\",\"labels\":{},"
                    + "\"ips\":[],\"identity\":7}]}";

    @Test
    void shouldListEndpointsAsATable() {
        agent.on("GET /v1/endpoints", 200, ITEMS);

        final Outcome outcome = weir("endpoint", "list");

        assertThat(outcome.out())
                .isEqualTo(
                        """
                        ID         NAMESPACE   POD   IPS                IDENTITY   INGRESS    EGRESS   LABELS
                        web-eth0   default     web   10.1.0.3,fd00::3   1004       isolated   open     app=web,tier=front
                        db-eth0    shop        db    -                  7          open       open     -
                        """);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void shouldShowHooksAndTheirProblemsWhenWide() {
        agent.on("GET /v1/endpoints", 200, ITEMS);

        assertThat(weir("endpoint", "list", "-o", "wide", "-n", "default").out())
                .isEqualTo(
                        """
                        ID         NAMESPACE   POD   IPS                IDENTITY   INGRESS    EGRESS   INTERFACE   MAC                 NETNS        HOOKS                                          LABELS
                        web-eth0   default     web   10.1.0.3,fd00::3   1004       isolated   open     veth1       0a:58:0a:01:00:03   4026532300   from-container:tcx,xdp:none(foreign program)   app=web,tier=front
                        """);
    }

    @Test
    void shouldCarryEveryFieldInJsonAndYaml() {
        agent.on("GET /v1/endpoints/web", 200, WEB);

        assertThat(weir("endpoint", "get", "web", "-o", "json").out())
                .contains(
                        "\"unheardOf\" : 12345678901234567890",
                        "\"problem\" : \"foreign program\"");
        assertThat(weir("endpoint", "get", "web", "-o", "yaml").out())
                .contains("unheardOf: 12345678901234567890\n", "mac: \"0a:58:0a:01:00:03\"\n")
                .contains("  ingress:\n    isolated: true\n");
    }

    @Test
    void shouldReadAnAnswerInChunks() {
        agent.inChunks("GET /v1/endpoints", ITEMS.substring(0, 10), ITEMS.substring(10));

        assertThat(weir("endpoint", "list").out()).contains("web-eth0", "db-eth0");
    }

    @Test
    void shouldSayThatThereIsNone() {
        agent.on("GET /v1/endpoints", 200, "{\"items\":[]}");

        assertThat(weir("endpoint", "list").out()).isEqualTo("no endpoints\n");
    }

    @Test
    void shouldSendLabelsAsAMergePatch() {
        agent.on("PATCH /v1/endpoints/web", 200, WEB);

        final Outcome outcome = weir("endpoint", "label", "web", "app=web", "old-", "empty=");

        assertThat(agent.requests())
                .containsExactly(
                        "PATCH /v1/endpoints/web application/merge-patch+json "
                                + "{\"labels\":{\"app\":\"web\",\"old\":null,\"empty\":\"\"}}");
        assertThat(outcome.out()).isEqualTo("endpoint/web-eth0 labeled\n");
    }

    @Test
    void shouldRefuseAWordThatIsNoLabel() {
        final Outcome outcome = weir("endpoint", "label", "web", "app");

        assertThat(outcome.exitCode()).isEqualTo(Cli.USAGE);
        assertThat(outcome.err())
                .isEqualTo(
                        "weir: label: app (expected: key=value, or key- to remove it)"
                                + " (see: weir endpoint label --help)\n");
        assertThat(agent.requests()).isEmpty();
    }

    @Test
    void shouldAttachByProcess() {
        agent.on("POST /v1/endpoints", 201, WEB);

        final Outcome outcome =
                weir("endpoint", "attach", "--pid", "17", "-n", "shop", "--pod", "w", "-l", "a=b");

        assertThat(agent.requests())
                .containsExactly(
                        "POST /v1/endpoints application/json {\"pid\":17,\"namespace\":\"shop\","
                                + "\"pod\":\"w\",\"labels\":{\"a\":\"b\"}}");
        assertThat(outcome.out()).isEqualTo("endpoint/web-eth0 attached\n");
    }

    @Test
    void shouldWantEitherAProcessOrANamespaceToAttach() {
        assertThat(weir("endpoint", "attach").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("endpoint", "attach", "--pid", "1", "--netns", "/x").exitCode())
                .isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldDetachEachThatIsNamed() {
        agent.on("DELETE /v1/endpoints/a", 200, "{}").on("DELETE /v1/endpoints/b%2Fc", 200, "{}");

        assertThat(weir("endpoint", "detach", "a", "b/c").out())
                .isEqualTo("endpoint/a detached\nendpoint/b/c detached\n");
    }

    private static final String ALL =
            """
            {"items":[{"id":"web-eth0","containerId":"web","namespace":"default","pod":"web",\
            "ips":["10.1.0.3"],"interface":"veth1","netns":4026532300,"managed":true,\
            "processes":1,"pids":[17],"command":"nginx","cgroup":"/default/web",\
            "runtime":"containerd"},{"managed":false,"interface":"veth2","ifname":"eth0",\
            "netns":4026532301,"containerId":"%s","ips":["10.1.0.4"],"processes":3,\
            "pids":[20,21,22],"command":"redis-server","cgroup":"/docker/x","runtime":"docker"},\
            {"managed":false,"interface":"veth3","processes":0,"pids":[]}]}"""
                    .formatted("0123456789abcdef".repeat(4));

    @Test
    void shouldListWhatIsNotAttachedWhenAskedForAll() {
        agent.on("GET /v1/endpoints?all=true", 200, ALL);

        assertThat(weir("endpoint", "list", "--all").out())
                .isEqualTo(
                        """
                        INTERFACE   MANAGED   ENDPOINT   IPS        RUNTIME      CONTAINER      COMMAND        PIDS
                        veth1       yes       web-eth0   10.1.0.3   containerd   web            nginx          17
                        veth2       no        -          10.1.0.4   docker       0123456789ab   redis-server   20+2
                        veth3       no        -          -          -            -              -              -
                        """);
        assertThat(weir("endpoint", "list", "--all", "-o", "wide").out())
                .contains("20,21,22", "4026532301", "/default/web", "0123456789abcdef".repeat(4));
    }

    @Test
    void shouldAttachWhatWasFoundByItsName() {
        agent.on("POST /v1/endpoints", 201, WEB);

        final Outcome outcome = weir("endpoint", "attach", "veth2", "-l", "a=b");

        assertThat(agent.requests())
                .containsExactly(
                        "POST /v1/endpoints application/json "
                                + "{\"found\":\"veth2\",\"labels\":{\"a\":\"b\"}}");
        assertThat(outcome.out()).isEqualTo("endpoint/web-eth0 attached\n");
        assertThat(weir("endpoint", "attach", "veth2", "--pid", "1").exitCode())
                .isEqualTo(Cli.USAGE);
    }
}
