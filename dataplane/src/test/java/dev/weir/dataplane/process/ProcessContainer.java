package dev.weir.dataplane.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A container of each test, as an extension: with the programs at its veth, those at the sockets,
 * and what they tell.
 */
final class ProcessContainer implements BeforeEachCallback, AfterEachCallback {
    static final int NUMBER = 3;
    static final int TCP = 6;
    static final int UDP = 17;
    static final String CONTAINER = "10.79.5.2";
    static final String HOST = "10.79.5.1";
    private static final TableSizes SMALL =
            new TableSizes(1024, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);

    private final TemporaryBpffs bpffs = new TemporaryBpffs();
    private final List<Told> told = new ArrayList<>();
    private Netns container;
    private Dataplane weir;
    private KernelProcesses processes;

    /** A record as the test wants to look at it. */
    record Told(FlowKey key, boolean denied, int pid, String comm, ProcessVia via) {}

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        bpffs.beforeEach(context);
        container = Netns.create();
        final Netns.Veth veth = container.veth("eth0");
        final String outer = veth.outer().name();
        Netns.host("ip", "addr", "add", HOST + "/24", "dev", outer);
        Netns.host("ip", "-6", "addr", "add", "fd79:5::1/64", "dev", outer, "nodad");
        container.run("ip", "addr", "add", CONTAINER + "/24", "dev", "eth0");
        container.run("ip", "-6", "addr", "add", "fd79:5::2/64", "dev", "eth0", "nodad");
        weir =
                Dataplane.open(
                        DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot())
                                .withSizes(SMALL));
        final int ifIndex = veth.outer().ifIndex();
        final List<IpAddress> addresses =
                List.of(IpAddress.parse(CONTAINER), IpAddress.parse("fd79:5::2"));
        weir.endpoints()
                .write(NUMBER, new EndpointRow(ifIndex, veth.inner().mac(), 300, 0, addresses));
        policy(EndpointPolicy.OPEN);
        weir.endpoints().bind(ifIndex, NUMBER);
        processes = weir.processes();
        weir.hooks().attach(ifIndex);
    }

    /** From now on. */
    void policy(final EndpointPolicy policy) {
        final int next = weir.control().revision() + 1;
        weir.endpoints().policy(NUMBER, next, policy);
        weir.control().revision(next);
        weir.control().awaitGrace();
    }

    Netns netns() {
        return container;
    }

    KernelProcesses processes() {
        return processes;
    }

    /** All so far, of TCP and UDP; the kernels of both sides talk on their own, too. */
    List<Told> told() {
        processes.poll(this::onRecord, Integer.MAX_VALUE);
        return told;
    }

    /** One of those that were read. */
    Told told(final int index) {
        return told.get(index);
    }

    private void onRecord(final DirectBuffer buffer, final int at, final int length) {
        assertThat(length).isEqualTo(ProcessLayout.EVENT_LENGTH);
        final byte[] event = new byte[length];
        buffer.getBytes(at, event);
        final FlowKey key = new FlowKeyView(new UnsafeBuffer(event), 0).toKey();
        final byte[] comm = new byte[ProcessLayout.COMM_LENGTH];
        buffer.getBytes(at + ProcessLayout.COMM_OFFSET, comm);
        if (key.protocol() == TCP || key.protocol() == UDP) {
            told.add(
                    new Told(
                            key,
                            buffer.getInt(at + ProcessLayout.CREATED_OFFSET) == 0,
                            buffer.getInt(at + ProcessLayout.PID_OFFSET),
                            new String(comm, StandardCharsets.US_ASCII).replace("\0", ""),
                            ProcessVia.of(buffer.getByte(at + ProcessLayout.VIA_OFFSET))));
        }
    }

    static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }

    /** A connection with the host. */
    static FlowKey tcp(final int localPort, final int remotePort) {
        return new FlowKey(
                NUMBER,
                IpAddress.parse(CONTAINER),
                IpAddress.parse(HOST),
                localPort,
                remotePort,
                TCP);
    }

    @Override
    public void afterEach(final ExtensionContext context) throws IOException {
        processes.close();
        weir.destroy();
        container.close();
        bpffs.afterEach(context);
    }
}
