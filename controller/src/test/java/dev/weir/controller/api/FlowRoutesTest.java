package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.api.HttpOverUnix.Answer;
import dev.weir.controller.flow.FlowCondition;
import dev.weir.dataplane.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flow records: lists made while they are read, and streams. */
@Timeout(30)
class FlowRoutesTest extends RestTest {

    @Test
    void shouldGiveRecordsAsTheContractHasThem() throws IOException {
        agent.flows.add(InMemoryFlows.record(41_234));

        final JsonNode answer = http.get("/v1/flows").json();

        final JsonNode flow = answer.at("/items/0");
        assertThat(flow.path("time").asText()).isEqualTo("2026-11-22T12:00:00.123456789Z");
        assertThat(flow.at("/ip/source").asText()).isEqualTo("10.0.0.1");
        assertThat(flow.at("/l4/sourcePort").asInt()).isEqualTo(41_234);
        assertThat(flow.path("verdict").asText()).isEqualTo("allowed");
        assertThat(flow.at("/source/labels/app").asText()).isEqualTo("client");
        assertThat(flow.at("/policy/0/rule").asText()).isEqualTo("ingress[0]");
        assertThat(answer.path("matched").asInt()).isEqualTo(1);
        assertThat(answer.at("/completeness/overflowPackets").asInt()).isEqualTo(5);
    }

    @Test
    void shouldGiveAnEmptyListWhenThereAreNone() throws IOException {
        assertThat(http.get("/v1/flows").json().path("items")).isEmpty();
    }

    @Test
    void shouldGiveEveryRecordOfALongList() throws IOException {
        for (int port = 1; port <= 5_000; port++) {
            agent.flows.add(InMemoryFlows.record(port));
        }

        final JsonNode items = http.get("/v1/flows?last=5000").json().path("items");

        assertThat(items).hasSize(5_000);
        assertThat(items.at("/4999/l4/sourcePort").asInt()).isEqualTo(5_000);
        assertThat(http.get("/healthz").code()).as("same connection goes on").isEqualTo(200);
    }

    @Test
    void shouldPassEveryFilterOn() throws IOException {
        http.get("/v1/flows?from-pod=web&not-port=80&port=443&last=5&verdict=denied");

        assertThat(agent.flows.lastQuery().last()).isEqualTo(5);
        assertThat(agent.flows.lastQuery().conditions())
                .extracting(FlowCondition::field, FlowCondition::side, FlowCondition::negated)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(
                                FlowCondition.Field.POD, FlowCondition.Side.FROM, false),
                        org.assertj.core.groups.Tuple.tuple(
                                FlowCondition.Field.PORT, FlowCondition.Side.EITHER, true));
    }

    @Test
    void shouldNameTheParameterWhenAFilterIsWrong() throws IOException {
        assertThat(message("/v1/flows?port=x")).contains("port: x");
        assertThat(message("/v1/flows?colour=red")).contains("colour");
        assertThat(message("/v1/flows?follow=maybe")).contains("follow");
        assertThat(message("/v1/flows?last=1&last=2")).contains("last");
        assertThat(message("/v1/flows?follow=true&until=1m")).contains("until");
    }

    private String message(final String path) throws IOException {
        return failure(http.get(path), 400, "BadRequest").path("message").asText();
    }

    @Test
    void shouldStreamNewRecordsWhenFollowed() throws IOException {
        final Answer head = follow("/v1/flows?follow=true");
        assertThat(head.header("content-type")).isEqualTo("application/x-ndjson");

        agent.flows.add(InMemoryFlows.record(1));
        assertThat(port(http.readChunk())).isEqualTo(1);
        agent.flows.add(InMemoryFlows.record(2));
        assertThat(port(http.readChunk())).isEqualTo(2);
    }

    @Test
    void shouldBeginWithThePastWhenLastIsGiven() throws IOException {
        agent.flows.add(InMemoryFlows.record(1));
        agent.flows.add(InMemoryFlows.record(2));

        follow("/v1/flows?follow=true&last=1");

        assertThat(port(http.readChunk())).isEqualTo(2);
        agent.flows.add(InMemoryFlows.record(3));
        assertThat(port(http.readChunk())).isEqualTo(3);
    }

    @Test
    void shouldEndTheSubscriptionWhenTheClientGoes() throws Exception {
        follow("/v1/flows?follow=true");
        Await.until(() -> agent.flows.subscribers() == 1, "a subscriber");

        http.close();

        Await.until(() -> agent.flows.subscribers() == 0, "the subscriber to go");
    }

    @Test
    void shouldLoseRecordsOfASlowReaderAndSayHowMany() throws IOException {
        follow("/v1/flows?follow=true");
        final int sent = 60_000;
        for (int port = 1; port <= sent; port++) {
            agent.flows.add(InMemoryFlows.record(port % 65_536));
        }
        try (HttpOverUnix other = agent.connect()) {
            assertThat(other.get("/healthz").code()).as("others are served").isEqualTo(200);
        }

        long seen = 0;
        long lost = 0;
        while (seen + lost < sent) {
            final JsonNode line = line(http.readChunk());
            if (line.has("lost")) {
                lost += line.at("/lost/records").asLong();
            } else {
                seen++;
            }
        }

        assertThat(lost).as("more than fits was sent").isPositive();
        assertThat(seen + lost).isEqualTo(sent);
        agent.flows.forget();
    }

    private Answer follow(final String path) throws IOException {
        http.write(HttpOverUnix.head("GET", path, Map.of(), 0));
        final Answer head = http.readHead();
        assertThat(head.code()).isEqualTo(200);
        return head;
    }

    private static JsonNode line(final byte[] chunk) throws IOException {
        assertThat(new String(chunk, StandardCharsets.UTF_8)).endsWith("\n");
        return new ObjectMapper().readTree(chunk);
    }

    private static int port(final byte[] chunk) throws IOException {
        return line(chunk).at("/l4/sourcePort").asInt();
    }
}
