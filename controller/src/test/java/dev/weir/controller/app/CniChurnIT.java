package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.app.Held.KernelObject;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A thousand containers that are attached by CNI or over REST, several at once, and end in every
 * way there is: by DEL, over REST, with nobody told, with the agent killed or the plugin. None
 * leaves anything behind.
 */
@KernelTest
class CniChurnIT {
    private static final int FIRST = 50;
    private static final int WHILE_THE_AGENT_IS_KILLED = 100;
    private static final int WHILE_PLUGINS_ARE_KILLED = 25;
    private static final int WAVE = 200;
    private static final int WAVES = 4;

    /** After so many waves and after twice as many; less than 6 KiB of heap for a container. */
    private static final long HEAP_KILOBYTES = 2_048;

    /** With what the JVM itself takes meanwhile, for compiled code for one. */
    private static final long RESIDENT_KILOBYTES = 16_384;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();
    private final Set<KernelObject> seen = new TreeSet<>();
    private Containers containers;
    private CniCalls cni;
    private AgentProcess agent;
    private int made;

    @BeforeEach
    void makeANode() throws Exception {
        containers = node.closeAfterwards(new Containers(node.netns()));
        node.startAgent(
                "--tables-endpoints=1024", "--tables-flows-per-cpu=1024", "--tables-policy=8192");
        agent = node.agent();
        cni = new CniCalls(containers, agent.socket());
        node.policy(
                """
                spec:
                  podSelector:
                    matchExpressions: [{key: app, operator: In, values: [a1, a3]}]
                  ingress:
                  - {from: [{podSelector: {matchLabels: {app: a2}}}], ports: [{port: 80}]}
                """);
    }

    @Test
    void shouldLeaveNothingBehindOfAThousandContainersHoweverTheyEnd() throws Exception {
        final Held unused = Held.settled(agent);
        comeAndGo(next(FIRST));
        Await.until(
                () -> Held.by(agent).tables().equals(unused.tables()),
                "the tables to be as they were");
        final Held before = Held.settled(agent);

        killTheAgentMeanwhile(next(WHILE_THE_AGENT_IS_KILLED));
        Held.await(agent, before);
        killPluginsOfWhichItHasReadNothing(next(WHILE_PLUGINS_ARE_KILLED));
        killPluginsThatWait(next(WHILE_PLUGINS_ARE_KILLED));
        Held.await(agent, before);
        final List<Long> heap = new ArrayList<>();
        final List<Long> resident = new ArrayList<>();
        for (int wave = 0; wave < WAVES; wave++) {
            comeAndGo(next(WAVE));
            heap.add(agent.heapKilobytes());
            resident.add(agent.residentKilobytes());
        }

        Held.await(agent, before);
        seen.removeAll(Held.objects(agent));
        assertThat(seen).hasSizeGreaterThan(WAVES * WAVE);
        assertThat(Held.stillThere(seen)).isEmpty();
        assertThat(heap.get(WAVES - 1) - heap.get(WAVES / 2 - 1))
                .as("growth of the heap, KiB after each wave: " + heap)
                .isLessThan(HEAP_KILOBYTES);
        // What the JVM's compilers took goes back when the native heap is trimmed.
        Await.until(
                () -> agent.residentKilobytes() - resident.get(WAVES / 2 - 1) < RESIDENT_KILOBYTES,
                "what is resident to be as after half of the waves, KiB: " + resident);
    }

    /** Containers that were not there before. */
    private List<Integer> next(final int count) {
        made += count;
        return Containers.range(made - count, made);
    }

    /** Whole lives, of which nothing is disturbed. */
    private void comeAndGo(final List<Integer> numbers) throws Exception {
        containers.make(numbers);
        assertThat(attach(numbers)).isEmpty();
        assertThat(attached()).isEqualTo(numbers.size());
        final Set<KernelObject> objects = Held.objects(agent);
        assertThat(objects).hasSizeGreaterThan(numbers.size());
        assertThat(Held.stillThere(objects)).isEqualTo(objects);
        seen.addAll(objects);
        assertThat(detach(numbers)).isEmpty();
        Await.until(() -> attached() == 0, "all to be detached");
    }

    private void killTheAgentMeanwhile(final List<Integer> numbers) throws Exception {
        containers.make(numbers);
        final CompletableFuture<List<String>> attaching = async(() -> attach(numbers));
        Await.until(() -> attached() > numbers.size() / 4, "some to be attached");
        agent.kill();
        attaching.join();
        agent.start();
        seen.addAll(Held.objects(agent));
        attach(numbers);
        assertThat(attached()).isEqualTo(numbers.size());
        final CompletableFuture<List<String>> detaching = async(() -> detach(numbers));
        Await.until(() -> attached() < numbers.size() / 2, "some to be detached");
        agent.kill();
        detaching.join();
        agent.start();
        Await.until(() -> attached() == 0, "all to be detached");
    }

    private void killPluginsOfWhichItHasReadNothing(final List<Integer> numbers) throws Exception {
        containers.make(numbers);
        agent.whileFrozen(() -> killPluginsInTheMiddle(numbers));
        end(numbers);
    }

    /** It may be at any point of an ADD. */
    private void killPluginsThatWait(final List<Integer> numbers) throws Exception {
        containers.make(numbers);
        killPluginsInTheMiddle(numbers);
        end(numbers);
    }

    private void killPluginsInTheMiddle(final List<Integer> numbers) throws Exception {
        final List<Process> plugins = new ArrayList<>();
        for (final int number : numbers) {
            plugins.add(cni.start("ADD", number));
        }
        for (final Process plugin : plugins) {
            Await.until(() -> CniCalls.waitsForTheAgent(plugin), "the plugin to wait");
            plugin.destroyForcibly().waitFor();
        }
    }

    /** A runtime tells of the end of what it failed to begin, if it can. */
    private void end(final List<Integer> numbers) throws Exception {
        assertThat(cni.call("DEL", every(numbers, 2, 0))).isEmpty();
        containers.remove(numbers);
        Await.until(() -> attached() == 0, "all to be detached");
    }

    private static List<Integer> every(
            final List<Integer> numbers, final int n, final int... remainders) {
        final List<Integer> some = new ArrayList<>();
        for (final int number : numbers) {
            for (final int remainder : remainders) {
                if (number % n == remainder) {
                    some.add(number);
                }
            }
        }
        return some;
    }

    private interface Work {
        List<String> run() throws Exception;
    }

    private static CompletableFuture<List<String>> async(final Work work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.run();
                    } catch (final Exception e) {
                        throw new CompletionException(e);
                    }
                });
    }

    /** Half of them by CNI, half over REST; what failed. */
    private List<String> attach(final List<Integer> numbers) throws Exception {
        final CompletableFuture<List<String>> byCni =
                async(() -> cni.call("ADD", every(numbers, 4, 0, 1)));
        final List<String> failed = new ArrayList<>();
        for (final int number : every(numbers, 4, 2, 3)) {
            final String body =
                    """
                    {"netns":"/run/netns/%1$s","containerId":"%1$s","pod":"%1$s",
                     "labels":{"app":"a%2$d","number":"%3$d"}}"""
                            .formatted(containers.name(number), number % 5, number);
            rest("POST", "/v1/endpoints", body, failed);
        }
        failed.addAll(byCni.join());
        return failed;
    }

    /** Half of them by who attached them, half by their end alone. */
    private List<String> detach(final List<Integer> numbers) throws Exception {
        final CompletableFuture<List<String>> byCni =
                async(() -> cni.call("DEL", every(numbers, 4, 0)));
        final List<Integer> untold = every(numbers, 4, 1, 3);
        containers.remove(untold);
        final List<String> failed = new ArrayList<>();
        for (final int number : every(numbers, 4, 2)) {
            rest("DELETE", "/v1/endpoints/" + containers.name(number), "", failed);
        }
        failed.addAll(byCni.join());
        containers.remove(every(numbers, 4, 0, 2));
        return failed;
    }

    private void rest(
            final String method, final String path, final String body, final List<String> failed) {
        try {
            final AgentProcess.Answer answer = agent.call(method, path, body);
            if (answer.code() >= 300) {
                failed.add(method + " " + path + ": " + answer.body());
            }
        } catch (final IOException e) {
            failed.add(method + " " + path + ": " + e.getMessage());
        }
    }

    private int attached() throws IOException {
        return node.get("/v1/status").at("/counts/endpoints").asInt();
    }
}
