package dev.switchboard.messagelog.file.internal;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A segment's file, opened for reading. Not shared between threads. A {@link RandomAccessFile}, because an interrupt of
 * the reading thread would close a channel.
 */
final class LineFile implements Closeable {
    private static final int PIECE = 1 << 16;

    private final RandomAccessFile file;
    private final CRC32C crc = new CRC32C();

    LineFile(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "r");
    }

    long size() throws IOException {
        return file.length();
    }

    /** Reads as many bytes as there are, up to {@code length}; returns how many. */
    int read(long position, byte[] target, int from, int length) throws IOException {
        file.seek(position);
        int done = 0;
        while (done < length) {
            int count = file.read(target, from + done, length - done);
            if (count < 0) {
                break;
            }
            done += count;
        }
        return done;
    }

    /** Reads a line of any length; empty unless it proves itself. Its content stays in the file. */
    Optional<RecordLine> check(long start, long end) throws IOException {
        return check(start, end, RecordLine.TAIL);
    }

    /** The same for a line whose line feed is missing or wrong; {@code end} is where it would end with one. */
    Optional<RecordLine> checkWithoutLineFeed(long start, long end) throws IOException {
        return check(start, end, RecordLine.TAIL - 1);
    }

    private Optional<RecordLine> check(long start, long end, int tail) throws IOException {
        long body = end - start - RecordLine.TAIL;
        if (body < RecordLine.MIN - RecordLine.TAIL || start + body + tail > size()) {
            return Optional.empty();
        }
        byte[] piece = new byte[(int) Math.min(PIECE + RecordLine.TAIL, end - start)];
        readFully(start, piece, (int) Math.min(piece.length, body));
        HeaderParser parser = new HeaderParser(piece, 0, (int) Math.min(piece.length, body));
        Optional<RecordHeader> header = parser.parse();
        if (header.isEmpty()) {
            return Optional.empty();
        }
        int crcValue = checksum(start, body, piece);
        readFully(start + body, piece, tail);
        return RecordLine.isTail(piece, 0, tail, crcValue)
                ? Optional.of(new RecordLine(header.get(), parser.position(), body))
                : Optional.empty();
    }

    /** How long the content of a line is, if its header is right; nothing is checked. */
    long contentSize(long start, long end) throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, end - start)];
        HeaderParser parser = new HeaderParser(piece, 0, read(start, piece, 0, piece.length));
        return parser.parse().isPresent() ? end - start - parser.position() - RecordLine.TAIL : 0;
    }

    private int checksum(long start, long length, byte[] piece) throws IOException {
        crc.reset();
        for (long done = 0; done < length; ) {
            int count = (int) Math.min(piece.length, length - done);
            readFully(start + done, piece, count);
            crc.update(piece, 0, count);
            done += count;
        }
        return (int) crc.getValue();
    }

    private void readFully(long position, byte[] target, int length) throws IOException {
        if (read(position, target, 0, length) < length) {
            throw new EOFException("the file ends before " + (position + length));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
