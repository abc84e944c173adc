package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Subscription.Batch;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes frames for tests and takes them apart again. */
final class Frames {
    static final Set<FrameKind> ALL = EnumSet.allOf(FrameKind.class);
    static final int PLENTY = 1 << 20;

    private Frames() {}

    static OutboundFrame agent(long seq) {
        return text(FrameKind.AGENT, seq, Long.toString(seq));
    }

    static OutboundFrame state(long seq) {
        return text(FrameKind.STATE, seq, Long.toString(seq));
    }

    static OutboundFrame notice(String text) {
        return text(FrameKind.NOTICE, 0, text);
    }

    static OutboundFrame text(FrameKind kind, long seq, String text) {
        return OutboundFrame.text(kind, seq, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A record whose wire image has exactly this size; its text begins with its seq. */
    static OutboundFrame ofWireSize(long seq, int size) {
        int length = size - OutboundFrame.headerSize(size - OutboundFrame.headerSize(size));
        return text(
                FrameKind.AGENT,
                seq,
                seq + " ".repeat(length - Long.toString(seq).length()));
    }

    /** Takes whatever there is. */
    static Batch poll(Subscription subscription) {
        return subscription.poll(PLENTY, Long.MAX_VALUE);
    }

    /** The texts in a batch, which are checked to be whole messages. */
    static List<String> texts(Batch batch) {
        List<String> texts = new ArrayList<>();
        long bytes = 0;
        for (ByteBuffer buffer : batch.buffers()) {
            ByteBuffer wire = buffer.duplicate();
            bytes += wire.remaining();
            while (wire.hasRemaining()) {
                texts.add(next(wire));
            }
        }
        if (texts.size() != batch.frames() || bytes != batch.bytes()) {
            throw new AssertionError(batch + " has " + texts.size() + " frames of " + bytes + " bytes");
        }
        return texts;
    }

    private static String next(ByteBuffer wire) {
        if (wire.get() != (byte) 0x81) {
            throw new AssertionError("not the header of a text message");
        }
        int length = wire.get();
        if (length == 126) {
            length = wire.getShort() & 0xFFFF;
        } else if (length == 127) {
            length = (int) wire.getLong();
        }
        byte[] text = new byte[length];
        wire.get(text);
        return new String(text, StandardCharsets.UTF_8).strip();
    }

    static Configuration limits(long ringBytes, long queueBytes) {
        return Configuration.of(Settings.defaults()
                .with(ServerSettings.LIMITS_RING_BYTES, ringBytes)
                .with(ServerSettings.LIMITS_QUEUE_BYTES, queueBytes));
    }
}
