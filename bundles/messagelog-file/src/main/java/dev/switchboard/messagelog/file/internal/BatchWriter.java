package dev.switchboard.messagelog.file.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Turns the records of one batch into lines and writes them: at once if they fit into {@value #STAGE} bytes, in pieces
 * of that size otherwise, so that a content may be larger than the heap.
 */
final class BatchWriter {
    private static final int STAGE = 1 << 18;
    private static final int PIECE = 1 << 16;

    private final FileLayer.Output output;
    private final CRC32C crc = new CRC32C();
    private final byte[] stage;
    private int staged;
    /** From here on the staged bytes are not yet in the checksum. */
    private int unsummed;

    private byte[] piece = new byte[0];
    private long position;

    /**
     * @param position where the file ends
     * @param expected how many bytes the batch will about have
     */
    BatchWriter(FileLayer.Output output, long position, long expected) {
        this.output = output;
        this.position = position;
        this.stage = new byte[(int) Math.min(STAGE, expected)];
    }

    /**
     * A record as it lies in the file.
     *
     * @param start where its line begins
     * @param contentStart where its content begins
     * @param contentEnd where its content ends
     * @param changed whether its content is not the one that was given, but a repaired one
     */
    record Written(RecordHeader header, long start, long contentStart, long contentEnd, boolean changed) {
        long end() {
            return contentEnd + RecordLine.TAIL;
        }
    }

    Written add(RecordHeader header, Content content) throws IOException {
        crc.reset();
        unsummed = staged;
        long start = position + staged;
        byte[] head = header.encode().getBytes(StandardCharsets.ISO_8859_1);
        put(head, 0, head.length);
        long contentStart = position + staged;
        boolean changed = put(content);
        long contentEnd = position + staged;
        sum();
        byte[] tail = RecordLine.tail((int) crc.getValue());
        put(tail, 0, tail.length);
        return new Written(header, start, contentStart, contentEnd, changed);
    }

    /** Writes what is still staged; returns where the file ends now. */
    long finish() throws IOException {
        flush();
        return position;
    }

    private boolean put(Content content) throws IOException {
        Utf8Repair repair = new Utf8Repair(this::put);
        ByteBuffer buffer = ByteBuffer.wrap(piece((int) Math.min(PIECE, content.size())));
        for (long done = 0; done < content.size(); ) {
            buffer.clear();
            int count = content.read(done, buffer);
            if (count <= 0) {
                throw new IOException("the content ends at " + done + " of " + content.size() + " bytes");
            }
            repair.put(buffer.array(), 0, count);
            done += count;
        }
        repair.finish();
        return repair.replaced() > 0;
    }

    private byte[] piece(int size) {
        if (piece.length < size) {
            piece = new byte[size];
        }
        return piece;
    }

    private void put(byte[] bytes, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (staged == stage.length) {
                flush();
            }
            int count = Math.min(length - done, stage.length - staged);
            System.arraycopy(bytes, from + done, stage, staged, count);
            staged += count;
            done += count;
        }
    }

    private void flush() throws IOException {
        sum();
        output.write(stage, 0, staged);
        position += staged;
        staged = 0;
        unsummed = 0;
    }

    private void sum() {
        crc.update(stage, unsummed, staged - unsummed);
        unsummed = staged;
    }
}
