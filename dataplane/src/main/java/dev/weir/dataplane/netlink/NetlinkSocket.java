package dev.weir.dataplane.netlink;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A netlink socket: asks for dumps and hears of changes. Single-threaded but for {@link #wake}. */
final class NetlinkSocket implements AutoCloseable {
    static final int ROUTE = 0;
    static final int SOCK_DIAG = 4;
    static final int NETFILTER = 12;
    static final int OWN_NAMESPACE = -1;

    /** {@code struct nlmsghdr}: length, type, flags, sequence, port. */
    static final int HEADER_LENGTH = 16;

    private static final int TYPE_OFFSET = 4;
    private static final int FLAGS_OFFSET = 6;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int RECEIVE_BYTES = 256 << 10;
    private static final int INTERRUPTED_ATTEMPTS = 10;

    /**
     * Of a socket that asked and was closed, for the next that asks: zeroing a new one takes longer
     * than most dumps.
     */
    private static final AtomicReference<ByteBuffer> SPARE = new AtomicReference<>();

    private final ByteBuffer request = DirectMemory.allocate(256);
    private final boolean hears;
    private final UnsafeBuffer view;
    private ByteBuffer answer;
    private final Descriptor descriptor;
    private int sequence;

    private NetlinkSocket(final int fd, final boolean hears) {
        this.hears = hears;
        descriptor = new Descriptor(fd, "netlink socket");
        final ByteBuffer spare = hears ? null : SPARE.getAndSet(null);
        answer = spare == null ? DirectMemory.allocate(RECEIVE_BYTES) : spare;
        view = new UnsafeBuffer(answer);
    }

    /**
     * Opens one inside a namespace.
     *
     * @param namespace descriptor, or {@link #OWN_NAMESPACE}
     * @param groups bits of RTNLGRP_* to hear
     */
    static NetlinkSocket open(final int namespace, final int protocol, final int groups) {
        return new NetlinkSocket(
                BpfException.check(
                        Native.netlinkOpen(namespace, protocol, groups), "open", "netlink socket"),
                groups != 0);
    }

    /** Takes one message; {@code offset} is of its payload. */
    @FunctionalInterface
    interface MessageHandler {
        void onMessage(int type, DirectBuffer buffer, int offset, int length);
    }

    /**
     * Makes a {@link #poll} on another thread return: the kernel acknowledges a message of none.
     */
    void wake() {
        final ByteBuffer nothing = DirectMemory.allocate(HEADER_LENGTH);
        nothing.putInt(0, HEADER_LENGTH)
                .putShort(TYPE_OFFSET, (short) NLMSG_NOOP)
                .putShort(FLAGS_OFFSET, (short) (NLM_F_REQUEST | NLM_F_ACK));
        BpfException.check(
                Native.socketSend(descriptor.number(), BufferUtil.address(nothing), HEADER_LENGTH),
                "wake",
                "netlink socket");
        Reference.reachabilityFence(nothing);
    }

    /** Collects a dump; begins anew as long as the kernel says that it was not consistent. */
    void dump(final int type, final byte[] payload, final Dump<?> into) {
        for (int attempt = 0; attempt < INTERRUPTED_ATTEMPTS; attempt++) {
            into.clear();
            send(type, NLM_F_DUMP, payload);
            if (!receiveDump(into)) {
                return;
            }
        }
        throw new BpfException("dump netlink type " + type, Errno.EINTR.number());
    }

    /** Asks for a change and waits for the kernel's word on it. */
    void change(final int type, final int flags, final byte[] payload) {
        send(type, flags | NLM_F_ACK, payload);
        receiveDump((answered, buffer, offset, length) -> {});
    }

    /** Asks about one thing, named in the payload. */
    void ask(final int type, final byte[] payload, final Dump<?> into) {
        send(type, NLM_F_ACK, payload);
        receiveDump(into);
    }

    private void send(final int type, final int flags, final byte[] payload) {
        final int length = HEADER_LENGTH + payload.length;
        request.putInt(0, length)
                .putShort(TYPE_OFFSET, (short) type)
                .putShort(FLAGS_OFFSET, (short) (NLM_F_REQUEST | flags))
                .putInt(SEQUENCE_OFFSET, ++sequence)
                .putInt(12, 0)
                .put(HEADER_LENGTH, payload);
        BpfException.check(
                Native.socketSend(descriptor.number(), BufferUtil.address(request), length),
                "ask netlink type",
                type);
        Reference.reachabilityFence(request);
    }

    private boolean receiveDump(final MessageHandler handler) {
        boolean interrupted = false;
        while (true) {
            final int length = receive(true);
            int at = 0;
            while (at + HEADER_LENGTH <= length) {
                final int size = view.getInt(at);
                final int type = view.getShort(at + TYPE_OFFSET) & 0xFFFF;
                interrupted |= (view.getShort(at + FLAGS_OFFSET) & NLM_F_DUMP_INTR) != 0;
                if (type == NLMSG_DONE || type == NLMSG_ERROR) {
                    final int error = size > HEADER_LENGTH ? view.getInt(at + HEADER_LENGTH) : 0;
                    BpfException.check(error, "dump", "netlink");
                    return interrupted;
                }
                handler.onMessage(type, view, at + HEADER_LENGTH, size - HEADER_LENGTH);
                at += size + 3 & ~3;
            }
        }
    }

    /**
     * Hands over the messages of one datagram, waiting for it up to {@code timeoutMillis}.
     *
     * @return how many; 0 = none came; -1 = the kernel dropped some
     */
    int poll(final MessageHandler handler, final int timeoutMillis) {
        final int ready = Native.pollReadable(descriptor.number(), timeoutMillis);
        if (BpfException.check(ready, "poll", "netlink socket") == 0) {
            return 0;
        }
        final int length = receive(false);
        if (length < 0) {
            return -1;
        }
        int messages = 0;
        int at = 0;
        while (at + HEADER_LENGTH <= length) {
            final int size = view.getInt(at);
            final int type = view.getShort(at + TYPE_OFFSET) & 0xFFFF;
            handler.onMessage(type, view, at + HEADER_LENGTH, size - HEADER_LENGTH);
            at += size + 3 & ~3;
            messages++;
        }
        return messages;
    }

    /** Bytes received, 0 when there is nothing, -1 after an overrun while not waiting. */
    private int receive(final boolean wait) {
        final int length =
                Native.socketReceive(
                        descriptor.number(), BufferUtil.address(answer), RECEIVE_BYTES, wait);
        if (Errno.EAGAIN.is(length)) {
            return 0;
        }
        if (!wait && (Errno.ENOBUFS.is(length) || length > RECEIVE_BYTES)) {
            return -1;
        }
        BpfException.check(length, "read", "netlink socket");
        if (length > RECEIVE_BYTES) {
            throw new IllegalStateException(
                    "netlink datagram: "
                            + length
                            + " bytes (expected: at most "
                            + RECEIVE_BYTES
                            + ")");
        }
        return length;
    }

    @Override
    public void close() {
        descriptor.close();
        if (!hears && answer != null) {
            SPARE.set(answer);
        }
        answer = null; // another's from now on
    }
}
