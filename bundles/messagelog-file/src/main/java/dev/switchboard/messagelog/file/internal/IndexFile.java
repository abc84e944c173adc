package dev.switchboard.messagelog.file.internal;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * The index of a segment that has ended, as a file beside it. It is only an accelerator: whatever is wrong with it, it
 * can be made again from the segment.
 *
 * <p>Big-endian. First the summary: magic, format, length of the summary, first seq (8), count, damaged, segment size
 * (8), number of types, the types, their histogram, number of agents, for each its id and last seq (8), CRC-32C of all
 * that. Then the entries: all offsets and where the last record ends (8 each), all times (8 each), all codes (4 each),
 * CRC-32C of them. Numbers have 4
 * bytes where nothing else is said, texts are UTF-8 behind their length.
 */
final class IndexFile {
    private static final int MAGIC = 0x53424958; // SBIX
    private static final int FORMAT = 1;
    /** Magic, format, length. */
    private static final int PREFIX = 12;
    /** Enough for most summaries. */
    private static final int FIRST_READ = 1 << 13;

    private static final int CRC = 4;
    private static final int ENTRY = 8 + 8 + 4;

    private IndexFile() {}

    /** An index with its summary. */
    record Stored(SegmentSummary summary, SegmentIndex index) {}

    /** Writes the index; not forced to the disk, for after a crash it can be made again. */
    static void write(FileLayer files, Path file, SegmentSummary summary, SegmentIndex index) throws IOException {
        Path temporary = file.resolveSibling(
                file.getFileName() + "." + Long.toHexString(System.nanoTime()) + SegmentName.TEMPORARY);
        try {
            try (FileLayer.Output output = files.open(temporary)) {
                write(new BufferedOutputStream(stream(output), 1 << 16), summary, index);
            }
            files.rename(temporary, file);
        } catch (IOException e) {
            files.delete(temporary);
            throw e;
        }
    }

    private static void write(OutputStream target, SegmentSummary summary, SegmentIndex index) throws IOException {
        byte[] head = encode(summary);
        target.write(head);
        CRC32C crc = new CRC32C();
        DataOutputStream data = new DataOutputStream(new CheckedOutputStream(target, crc));
        for (int i = 0; i < index.count(); i++) {
            data.writeLong(index.offsets()[i]);
        }
        data.writeLong(index.end());
        for (int i = 0; i < index.count(); i++) {
            data.writeLong(index.micros()[i]);
        }
        for (int i = 0; i < index.count(); i++) {
            data.writeInt(index.codes()[i]);
        }
        data.writeInt((int) crc.getValue());
        data.flush();
    }

    private static byte[] encode(SegmentSummary summary) {
        Map<byte[], Long> agents = new HashMap<>();
        summary.agents().forEach((agent, seq) -> agents.put(agent.getBytes(StandardCharsets.UTF_8), seq));
        int length = PREFIX + 8 + 4 + 4 + 8 + 4 + 4 + 4 * summary.histogram().length + CRC;
        for (String type : summary.types()) {
            length += 4 + type.getBytes(StandardCharsets.UTF_8).length;
        }
        for (byte[] agent : agents.keySet()) {
            length += 4 + agent.length + 8;
        }
        ByteBuffer head =
                ByteBuffer.allocate(length).putInt(MAGIC).putInt(FORMAT).putInt(length);
        head.putLong(summary.firstSeq()).putInt(summary.count()).putInt(summary.damaged());
        head.putLong(summary.segmentSize()).putInt(summary.types().length);
        for (String type : summary.types()) {
            put(head, type.getBytes(StandardCharsets.UTF_8));
        }
        for (int occurrences : summary.histogram()) {
            head.putInt(occurrences);
        }
        head.putInt(agents.size());
        agents.forEach((agent, seq) -> put(head, agent).putLong(seq));
        return head.putInt(crc(head.array(), 0, length - CRC)).array();
    }

    /** Reads the summary only; empty if the file is not a whole index of this format. */
    static Optional<SegmentSummary> readSummary(Path file) throws IOException {
        try (LineFile input = new LineFile(file)) {
            return readSummary(input).map(Head::summary);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Reads everything; empty if the file is not a whole index of this format. */
    static Optional<Stored> read(Path file) throws IOException {
        try (LineFile input = new LineFile(file)) {
            Optional<Head> head = readSummary(input);
            return head.isEmpty() ? Optional.empty() : readEntries(input, head.get());
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private record Head(SegmentSummary summary, int length) {}

    private static Optional<Head> readSummary(LineFile input) throws IOException {
        byte[] bytes = read(input, 0, (int) Math.min(FIRST_READ, input.size()));
        ByteBuffer head = ByteBuffer.wrap(bytes);
        if (head.getInt() != MAGIC || head.getInt() != FORMAT) {
            return Optional.empty();
        }
        int length = head.getInt();
        if (length < PREFIX + CRC || length > input.size()) {
            return Optional.empty();
        }
        if (length > bytes.length) {
            bytes = read(input, 0, length);
            head = ByteBuffer.wrap(bytes).position(PREFIX);
        }
        return crc(bytes, 0, length - CRC) == ByteBuffer.wrap(bytes).getInt(length - CRC)
                ? Optional.of(new Head(decode(head), length))
                : Optional.empty();
    }

    private static SegmentSummary decode(ByteBuffer head) {
        long firstSeq = head.getLong();
        int count = head.getInt();
        int damaged = head.getInt();
        long size = head.getLong();
        String[] types = new String[head.getInt()];
        for (int i = 0; i < types.length; i++) {
            types[i] = text(head);
        }
        int[] histogram = new int[types.length * SegmentIndex.CODES_PER_TYPE];
        for (int i = 0; i < histogram.length; i++) {
            histogram[i] = head.getInt();
        }
        Map<String, Long> agents = new HashMap<>();
        for (int left = head.getInt(); left > 0; left--) {
            agents.put(text(head), head.getLong());
        }
        return new SegmentSummary(firstSeq, count, damaged, size, types, histogram, Map.copyOf(agents));
    }

    private static Optional<Stored> readEntries(LineFile input, Head head) throws IOException {
        SegmentSummary summary = head.summary();
        int count = summary.count();
        if (count < 0 || input.size() != head.length() + (long) count * ENTRY + 8 + CRC) {
            return Optional.empty();
        }
        byte[] bytes = read(input, head.length(), count * ENTRY + 8 + CRC);
        ByteBuffer entries = ByteBuffer.wrap(bytes);
        if (crc(bytes, 0, bytes.length - CRC) != entries.getInt(bytes.length - CRC)) {
            return Optional.empty();
        }
        long[] offsets = new long[count];
        long[] micros = new long[count];
        int[] codes = new int[count];
        LongBuffer longs = entries.asLongBuffer().get(offsets);
        long end = longs.get();
        longs.get(micros);
        entries.position(8 + count * 16).asIntBuffer().get(codes);
        return Optional.of(new Stored(
                summary, new SegmentIndex(summary.firstSeq(), count, end, offsets, micros, codes, summary.types())));
    }

    private static byte[] read(LineFile input, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (input.read(position, bytes, 0, length) < length) {
            throw new BufferUnderflowException();
        }
        return bytes;
    }

    private static ByteBuffer put(ByteBuffer target, byte[] text) {
        return target.putInt(text.length).put(text);
    }

    private static String text(ByteBuffer source) {
        byte[] bytes = new byte[Math.min(source.getInt(), source.remaining())];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static OutputStream stream(FileLayer.Output output) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                output.write(bytes, from, length);
            }
        };
    }
}
