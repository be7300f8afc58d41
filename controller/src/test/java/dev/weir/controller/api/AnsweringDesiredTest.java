package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.endpoint.AttachRequest;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asked answers: the event loop by itself, a worker by any worker. */
class AnsweringDesiredTest {
    private final DefaultEventExecutor loop =
            new DefaultEventExecutor(new DefaultThreadFactory("loop"));
    private final ExecutorService workers =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("worker"));
    private final InMemoryDesired state = new InMemoryDesired();
    private final AnsweringDesired desired = new AnsweringDesired(state, loop, workers);

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        workers.shutdownNow();
        state.close();
    }

    private CompletableFuture<String> attach() {
        return desired.attach(
                        new AttachRequest(
                                Optional.of("/run/netns/web"),
                                OptionalInt.empty(),
                                "web",
                                "eth0",
                                "",
                                "default",
                                "web",
                                Map.of(),
                                List.of(),
                                List.of(),
                                true))
                .handle((endpoint, failure) -> Thread.currentThread().getName());
    }

    @Test
    void shouldAnswerOnTheEventLoopWhatItAsked() throws Exception {
        assertThat(loop.submit(this::attach).get().get(10, TimeUnit.SECONDS)).startsWith("loop-");
    }

    @Test
    void shouldAnswerOnAWorkerWhatOthersAsked() throws Exception {
        final CountDownLatch asked = new CountDownLatch(1);
        workers.submit(() -> asked.await(10, TimeUnit.SECONDS)); // what is done is answered here

        final CompletableFuture<String> answeredBy = attach();
        asked.countDown();

        assertThat(answeredBy.get(10, TimeUnit.SECONDS)).startsWith("worker-");
    }
}
